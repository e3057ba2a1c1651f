import { sampleOf, type Sample } from './sample.js';

const list = (category: string, rows: readonly (readonly [template: string, value: string])[]): readonly Sample[] => rows.map(([template, value]) => sampleOf(category, template, value));

export const handIbans = list('iban', [
  ['IBAN: {} BIC: DEUTDEFF', 'DE89 3704 0044 0532 0130 00'], ['{}', 'GB29 NWBK 6016 1331 9268 19'], ['IBAN{}', 'DE89370400440532013000'], ['Mein Konto {} bei der Bank', 'DE 89 3704 0044 0532 0130 00'], ['iban: {};', 'fr1420041010050500013m02606'],
  ['send to {}\nthanks', 'NL91-ABNA-0417-1643-00'], ['{} is the number', 'IT60 X054 2811 1010 0000 0123 456'], ['CH: {}', 'CH93 0076 2011 6238 5295 7'], ['BE {} x', 'BE71 0961 2345 6769'], ['Malta {}', 'MT84 MALT 0110 0001 2345 MTLC AST0 01S'],
  ['(IBAN {})', 'IE29AIBK93115212345678'], ['IBAN number: {}', 'GB29NWBK60161331926818'], ['IBAN#{}', 'SE35 5000 0000 0549 1000 0003'], ['a {} b', 'NO93 8601 1117 947'],
]);

export const handPassports = list('passport', [
  ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n{}', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'], ['scan:\n{}\nend', 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<'], ['My passport expires 2030-01-01, number {}', 'X1234567'],
  ['passport no: {} (India)', 'K1234567'], ['Passport -> {}', '123456789'], ['travel document {}', 'AB1234567'], ['Passports: {} and others', '531985214'], ['Can you update my passport details to {}?', 'Z4567890'], ['паспорт гражданина РФ {}', '45 08 123456'],
  ['No. de pasaporte {}', 'AAB123456'], ['Passport number ({})', 'PA0940443'], ['| passport | {} |', 'TR1234567'], ['Numéro de passeport: {}', '12AB34567'], ['passport c01x00t47 or {}', 'c01x00t48'], ['PASSPORT NO {}', '123456789'], ['MY PASSPORT IS {}', '987654321'],
]);

export const handOthers: readonly Sample[] = [
  ...list('driver_license', [
    ["driver's license D1234567 or {}", 'D1234568'], ['Driver License: {}', 'D123-4567-8901'], ["Driver's License Number: {}", 'S99988801'], ['DL# {}', 'F255-921-50-094-0'], ['UK driving licence {}', 'MORGA657054SM9IJ'], ['Führerschein-Nr. {}', 'B072RRE2I55'], ['permis de conduire {}', '123456789012'],
    ['patente di guida {}', 'U1B12345A'], ['rijbewijs nummer {}', '5012345678'], ['"driversLicense": "{}"', 'A1234567'], ['license number {}', '12345678'], ['prawo jazdy nr {}', '00123/45/6789'],
  ]),
  ...list('medical_id', [
    ['MRN: {}', '00123456'], ['MRN {}', '12345'], ['medical record number {}', 'MR1234567'], ['patient ID {}', 'P-123456'], ['NPI: {}', '1234567893'], ['DEA number {}', 'AB1234563'], ['Medicare number {}', '1EG4-TE5-MK73'], ['{}', '1EG4TE5MK73'], ['health insurance ID {}', 'XYZ123456789'],
    ['Versichertennummer {}', 'A123456780'], ['Medicare {}', '2123 45670 1'],
  ]),
  ...list('bank_account', [
    ['account number {}', '12345678'], ['Acct #: {}', '000123456789'], ['routing number {}', '021000021'], ['ABA {}', '011000015'], ['sort code {}', '20-00-00'], ['Sort Code: {}', '309089'], ['Kontonummer {}', '0532013000'], ['BIC: {}', 'COBADEFFXXX'], ['IFSC {}', 'HDFC0001234'], ['checking account {}', '9876543210'],
    ['numéro de compte {}', '00012345678'], ['BSB {}', '062-000'], ['cuenta bancaria {}', '1234567890'],
  ]),
  ...list('itin', [['{}', '912-70-1234'], ['ITIN: {}', '912701234'], ['ITIN {}', '950 72 3456']]),
  ...list('vin', [['VIN: {}', '1HGCM82633A004352'], ['vehicle identification number {}', 'WVWZZZ1JZXW000001']]),
  ...list('license_plate', [['license plate {}', '7ABC123'], ['number plate {}', 'AB12 CDE'], ['Kennzeichen {}', 'B-MW 1234'], ['plate ABC1234 or {}', 'XYZ 987']]),
  ...list('mac_address', [['dev {} up', '00-1A-2B-3C-4D-5E'], ['cisco {}', '001a.2b3c.4d5e'], ['cisco {} dead', 'abcd.1234.ef01'], ['MAC address {}', '001A2B3C4D5E']]),
];

export const cryptoAddresses = list('crypto_address', [
  ['send to {}', '1BoatSLRHtKNngkdXEeobR76b53LETtpyT'], ['{}', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'], ['btc:{}', '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy'], ['to {}.', 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq'], ['{}', 'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4'],
  ['taproot {}', 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0'], ['ETH {}', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'], ['{}', '0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359'], ['{}', '0xD1220A0CF47C7B9BE7A2E6BA89F429762E7B9ADB'],
  ['doge {}', 'DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L'], ['ltc {}', 'LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1'], ['xrp {}', 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh'], ['tron {}', 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t'], ['solana wallet {}', '4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB4T'],
  ['monero {}', '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A'], ['wallet_{}', '1BoatSLRHtKNngkdXEeobR76b53LETtpyT'],
]);
