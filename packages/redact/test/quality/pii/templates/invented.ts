import { family } from '../generate.js';

/** Values as writers of examples make them up: the shape is right, the check digits are not, so the words around have to tell. */
export const invented = [
  family('invented', 'us',
    'Card number: <<made_card>>', 'my credit card <<made_card>> was stolen', 'Visa ending soon: <<made_card>>, exp <<expiry>>', '"credit_card": "<<made_card>>"', 'Payment by MasterCard <<made_card>>',
    'IBAN: <<made_iban>>', 'IBAN number <<made_iban>>', 'please wire it to IBAN <<made_iban>> today', '"iban": "<<made_iban>>"',
    'Aadhaar number <<made_aadhaar>>', 'CPF: <<made_cpf>>', 'NHS number: <<made_nhs>>', 'DNI <<made_dni>>', 'BSN <<made_nine>>', 'codice fiscale <<made_cf>>',
    'call <<made_phone>>', 'Phone: <<made_phone>>', 'You can reach <<name>> at <<made_phone>>.', '"phone": "<<made_phone>>"', '<<name>>, <<made_phone>>, <<email>>', 'Contact: <<made_phone>> (office)', 'text <<made_phone>> for a quote',
    'SSN: <<made_ssn>>', 'his social security number, <<made_ssn>>, was leaked', 'IP address: <<ip4>>, MAC: <<mac>>', 'Bitcoin wallet: <<loose_wallet>>', 'ETH address <<loose_wallet>>'),
  family('odd phones', 'uk de fr es it',
    'Tel: <<odd_phone>>', 'phone number <<odd_phone>>', '"telephone": "<<odd_phone>>"', 'my mobile is <<odd_phone>>', 'Contact us by phone: <<odd_phone>>', '<TEL><<odd_phone>></TEL>', 'Phone - <<odd_phone>>', '- Telephone: <<odd_phone>>\n- Email: <<email>>'),
];
