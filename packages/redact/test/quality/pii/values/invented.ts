import type { Random } from '../random.js';
import type { Value } from '../sample.js';

/** Values with a usual shape and, mostly, wrong check digits. */
export function inventedValue(kind: string, random: Random): Value | undefined {
  const text = (...shapes: readonly string[]): string => random.shape(random.pick(shapes));
  switch (kind) {
    case 'made_card':
      return { category: 'credit_card', text: text('4532 #### #### ####', '4###-####-####-####', '5### #### #### ####', '5425-####-####-####', '4###############', '37## ###### #####', '6011 #### #### ####') };
    case 'made_iban':
      return { category: 'iban', text: text('DE## #### #### #### #### ##', 'GB## \\NWBK #### #### #### ##', 'GB##BARC##############', 'FR## #### #### #### #### #### ###', 'ES## #### #### #### #### ####', '\\NL## AB\\NA #### #### ##', 'DE####################', 'CH## #### #### #### #### #') };
    case 'made_aadhaar':
      return { category: 'national_id', text: text('#### #### ####', '####-####-####', '############') };
    case 'made_cpf':
      return { category: 'national_id', text: text('###.###.###-##') };
    case 'made_nhs':
      return { category: 'medical_id', text: text('### ### ####', '##########', '###-###-####') };
    case 'made_dni':
      return { category: 'national_id', text: text('########?', '########-?') };
    case 'made_nine':
      return { category: 'national_id', text: text('#########') };
    case 'made_cf':
      return { category: 'national_id', text: `${random.signs(6, 'BCDFGLMNPRSTV')}${text('8#A##H###', '7#M##F###')}${random.signs(1, 'ABCDXZ')}` };
    case 'made_phone':
      return { category: 'phone', text: text('555-01##', '555-1234', '(555) ###-####', '+1 (555) 0##-####', '555-###-####', '+1-555-###-####', '+44 7### ######', '+1 555 01## ###', '(555) 555-55##', '555.01##', '+91 ##########', '+61 4## ### ###', '123-456-7890', '(123) 456-7890') };
    case 'made_ssn':
      return { category: 'ssn', text: text('123-45-6789', '987-65-4321', '###-##-####', '555-12-####', '111-22-3333') };
    case 'odd_phone':
      return { category: 'phone', text: text('+44 20 7###.####', '0 1### ### ###', '(07###).######', '+1-5##.### ####', '0033.6-##.## ## ##', '+49.30-######', '+39 3## ###-####', '0###-### ###', '+34-6## ## ## ##', '(0##) ###.####', '+7-### ### ####', '+46.0### ###-###', '0 ### ## ## ##', '+33 #.##.##.##.##', '+31-6-## ## ## ##', '044 ### ## ##', '+4# (0)## ### ## ##', '0### / ### ###', '+353-#-### ####', '(+351) 9## ### ###') };
    default:
      return undefined;
  }
}
