import type { Random } from '../random.js';
import { asciiOf, firstName, lastName, type Locale } from './people.js';

const tlds: Readonly<Record<Locale, string>> = {
  us: 'com com com net org edu gov info biz us io technology', uk: 'co.uk org.uk com ac.uk', de: 'de de com info', fr: 'fr com', es: 'es com.es com', it: 'it com', nl: 'nl eu com', br: 'com.br org.br', in: 'in co.in com', jp: 'co.jp jp ne.jp',
  pl: 'pl com.pl', se: 'se com', ca: 'ca com qc.ca', au: 'com.au net.au',
};
const hosts = 'example example mailbox-one fastpost inboxly postkorb brightwater haldencorp corvus-systems my-clinic nordbank.mail hr.northgate students.calder-univ letters web-mail24 kestrel mx1.solano'.split(' ');

/** An address in the ways people and companies write them. */
export function email(random: Random, locale: Locale): string {
  const first = asciiOf(firstName(random, locale));
  const last = asciiOf(lastName(random, locale));
  const local = random.pick([
    `${first}.${last}`, `${first}.${last}`, `${first}${last}`, `${first.charAt(0)}${last}`, `${first}_${last}`, `${first}${random.between(1, 2010)}`, `${last}.${first}`, `${first}-${last}`,
    `${first}.${last}${random.between(1, 99)}`, `${first}+${random.pick(['shop', 'news', '2024', 'bank'])}`, `${first.charAt(0)}.${last}`, `${last}${first.charAt(0)}`, `x_${first}_${random.digits(3)}`, `${first}.${random.shape('?').toLowerCase()}.${last}`,
  ]);
  const address = `${local}@${random.pick(hosts)}.${random.pick(tlds[locale].split(' '))}`;
  const kind = random.int(25);
  if (kind === 0) return address.toUpperCase();
  return kind === 1 ? `${capital(first)}.${capital(last)}@${capital(address.slice(local.length + 1))}` : address;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

// `X` 2 to 9, `N` 1 to 9, `#` any digit.
const phones: Readonly<Record<Locale, readonly string[]>> = {
  us: ['(X##) X##-####', 'X##-X##-####', 'X##-X##-####', 'X##.X##.####', '+1 X## X## ####', '+1-X##-X##-####', '001-X##-X##-####', '1-X##-X##-####', '(X##)X##-####', 'X##-X##-####x###', '(X##) X##-#### ext. ####', '(X##)X##-####x#####', '+1-X##-X##-####x###', 'X## X## ####', '+1X##X######', '+1 (X##) X##-####', 'X##.X##.####x####', '001-X##-X##-####x##', '1 (X##) X##-####', 'X##-X##-#### x##', '1-800-X##-####', '+1.X##.X##.####', 'X##X######'],
  uk: ['020 7### ####', '07### ######', '07### ### ###', '+44 20 7### ####', '+44 (0)20 7### ####', '+44 7### ######', '0161 ### ####', '(0161) 4## 0###', '01#N# ######', '+44(0)1632 960###', '0117 4960 ###', '0800 ### ####', '+447#########', '07#########', '(020) 7### ####', '(029) 2018 0###', '+44 (0) 7### ######', '+44-7###-######', '0044 7### ######'],
  de: ['030 N#######', '030/N######', '+49 30 N######', '+49 (0)89 N#####', '0171 N######', '0171-N######', '+49 171 N######', '089 / N## ## ##', '(0221) N#####', '0049 221 N#####', '+49(0)6221 N#####', '+49 (0) 151 N#######', '04521-N####', '0151N#######', '+49171N######', '0711 N## ## ##', '+49-30-N######', '(030) N#######'],
  fr: ['0N ## ## ## ##', '0N ## ## ## ##', '0N.##.##.##.##', '+33 N ## ## ## ##', '+33 (0)N ## ## ## ##', '0N########', '+336########', '0033 6 ## ## ## ##', '0N-##-##-##-##', '+33 (0)N########'],
  es: ['6## ### ###', '9N# ## ## ##', '+34 6## ### ###', '+34 6## ## ## ##', '6########', '+346########', '91 ### ## ##', '+34 9N# ### ###', '6##-###-###', '0034 6## ### ###'],
  it: ['+39 06 #### ####', '06 N#######', '3## #######', '+39 3## ### ####', '02-N######', '339/N######', '+393#########', '3##N######', '+39 02 N######', '0039 3## #######'],
  nl: ['06-########', '06 ########', '+31 6 ########', '020-N######', '+31 20 N## ####', '(010) N## ## ##', '0031 6 ########', '+316########', '06 ## ## ## ##', '+31 (0)6 ########', '06########'],
  br: ['(11) 9####-####', '+55 11 9####-####', '11 9####-####', '(21) N###-####', '+55 (31) 9####-####', '0800 ### ####', '(11)9####-####', '+55119########', '119########'],
  in: ['+91 9#### #####', '+91-98########', '9#########', '022-########', '098########', '+91 22 #### ####', '+91 98### #####', '+9198########', '9#### #####', '(+91) 9#########', '+91-80-########', '080-#### ####'],
  jp: ['03-####-####', '090-####-####', '+81 3-####-####', '+81-90-####-####', '+81 90 #### ####', '0120-###-###', '06-####-####', '(03) ####-####', '0463-##-####'],
  pl: ['+48 5## ### ###', '5## ### ###', '+48 22 ### ## ##', '+485########', '22 ### ## ##'],
  se: ['070-### ## ##', '+46 70 ### ## ##', '08-### ### ##', '+46 (0)8 ### ## ##', '073 ### ## ##', '+4670#######'],
  ca: ['(514) X##-####', '416-X##-####', '+1 (604) X##-####', '1 403 X## ####', '613 X##-####'],
  au: ['04## ### ###', '(02) #### ####', '+61 4## ### ###', '+61 2 #### ####', '03 #### ####', '1300 ### ###', '1800 ### ###', '04########', '+614########'],
};

export function phone(random: Random, locale: Locale): string {
  return random.shape(random.pick(phones[locale]));
}

/** Digits alone or seven of them: a number only the words before make a phone number. */
export function plainPhone(random: Random, locale: Locale): string {
  const written = phone(random, locale);
  if (locale === 'us' && random.chance(0.2)) return random.shape('X##-####');
  return written.replace('(0)', '').replace(/ ?(?:x| ext\.).*$/, '').replace(/[^0-9]/g, '');
}
