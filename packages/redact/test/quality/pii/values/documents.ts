import { luhnDigit, remainder, verhoeffDigit, weighted } from '../check-digits.js';
import type { Random } from '../random.js';
import { asciiOf, firstName, lastName, type Locale } from './people.js';

export function ssn(random: Random): string {
  const digits = ssnDigits(random);
  const sign = random.chance(0.9) ? '-' : ' ';
  return [digits.slice(0, 3), digits.slice(3, 5), digits.slice(5)].join(sign);
}

/** Nine digits as issued since 2011: no area 000, 666 or 9xx, no group 00, no serial 0000. */
export function ssnDigits(random: Random): string {
  let area = random.between(1, 899);
  if (area === 666) area = 667;
  return `${String(area).padStart(3, '0')}${String(random.between(1, 99)).padStart(2, '0')}${String(random.between(1, 9999)).padStart(4, '0')}`;
}

/** 9xx with a group from 50 on (IRS). */
export function itin(random: Random): string {
  const group = random.pick([random.between(50, 65), random.between(70, 88), random.between(90, 92), random.between(94, 99)]);
  const digits = `9${random.digits(2)}${group}${random.digits(4)}`;
  const kind = random.int(10);
  if (kind < 7) return `${digits.slice(0, 3)}-${digits.slice(3, 5)}-${digits.slice(5)}`;
  return kind === 7 ? `${digits.slice(0, 3)} ${digits.slice(3, 5)} ${digits.slice(5)}` : digits;
}

// A backslash keeps a letter that would stand for a kind of sign.
const passports: Readonly<Record<Locale, readonly string[]>> = {
  us: ['#########', '?########', 'A########', 'C########'], uk: ['#########', '1########', '5########'], de: ['C01\\X00T4#', 'C0****##*', 'L01\\X00T4#', 'F########'], fr: ['##??#####', '##AA#####'], es: ['???######', 'AA######', 'PA\\A######'],
  it: ['YA#######', 'AA#######', 'YB#######'], nl: ['\\N\\X******#', '\\NP******#', 'BA******#'], br: ['??######', 'FA######'], in: ['?#######', 'K#######', 'Z#######'], jp: ['TK#######', 'TR#######', 'MZ#######'],
  pl: ['??#######', 'ZS#######'], se: ['########', 'AA######'], ca: ['??######', 'GA######'], au: ['\\N#######', 'PA#######', 'E#######'],
};

export function passport(random: Random, locale: Locale): string {
  return random.shape(random.pick(passports[locale]));
}

const italianMonths = 'ABCDEHLMPRST';

/** Codice fiscale: consonants, birth date, place and a check letter. */
function codiceFiscale(random: Random): string {
  const body = `${random.signs(6, 'BCDFGLMNPRSTVZ')}${random.digits(2)}${random.signs(1, italianMonths)}${String(random.between(1, 28) + (random.chance(0.5) ? 40 : 0)).padStart(2, '0')}${random.signs(1, 'ABCDFGHL')}${random.digits(3)}`;
  const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
  const value = (sign: string): number => (/\d/.test(sign) ? Number(sign) : sign.charCodeAt(0) - 65);
  const sum = [...body].reduce((total, sign, at) => total + (at % 2 === 0 ? (odd[value(sign)] ?? 0) : value(sign)), 0);
  return body + String.fromCharCode(65 + (sum % 26));
}

function nif(random: Random): string {
  const letters = 'TRWAGMYFPDXBNJZSQVHLCKE';
  if (random.chance(0.3)) {
    const lead = random.int(3);
    const body = random.digits(7);
    return `${'XYZ'.charAt(lead)}${random.chance(0.3) ? '-' : ''}${body}${random.chance(0.3) ? '-' : ''}${letters.charAt(Number(`${lead}${body}`) % 23)}`;
  }
  const body = random.digits(8);
  return `${body}${random.chance(0.3) ? '-' : ''}${letters.charAt(Number(body) % 23)}`;
}

function bsn(random: Random): string {
  for (;;) {
    const digits = random.shape('N########');
    if (weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0) return digits;
  }
}

function cpf(random: Random): string {
  const check = (digits: string): string => {
    const rest = (weighted(digits, Array.from(digits, (_, at) => digits.length + 1 - at)) * 10) % 11;
    return String(rest % 10);
  };
  const body = random.digits(9);
  const one = check(body);
  const two = check(body + one);
  return random.chance(0.7) ? `${body.slice(0, 3)}.${body.slice(3, 6)}.${body.slice(6)}-${one}${two}` : `${body}${one}${two}`;
}

/** Eleven digits, one of them twice, and a check digit (ISO 7064 MOD 11,10). */
function steuerId(random: Random): string {
  const pool = Array.from('1234567890');
  for (let at = pool.length - 1; at > 0; at -= 1) {
    const other = random.int(at + 1);
    [pool[at], pool[other]] = [pool[other] ?? '', pool[at] ?? ''];
  }
  const distinct = pool.slice(0, 9);
  if (distinct[0] === '0') distinct.reverse();
  const body = [...distinct, random.pick(distinct)].join('');
  let product = 10;
  for (const digit of body) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  const digits = body + String((11 - product) % 10);
  return random.chance(0.5) ? digits : `${digits.slice(0, 2)} ${digits.slice(2, 5)} ${digits.slice(5, 8)} ${digits.slice(8)}`;
}

function nir(random: Random): string {
  const body = `${random.pick(['1', '2'])}${random.digits(2)}${String(random.between(1, 12)).padStart(2, '0')}${String(random.between(1, 95)).padStart(2, '0')}${random.digits(6)}`;
  const key = String(97 - remainder(body, 97)).padStart(2, '0');
  if (random.chance(0.5)) return body + key;
  return `${body.slice(0, 1)} ${body.slice(1, 3)} ${body.slice(3, 5)} ${body.slice(5, 7)} ${body.slice(7, 10)} ${body.slice(10)} ${key}`;
}

function pesel(random: Random): string {
  const body = `${random.digits(2)}${String(random.between(1, 12)).padStart(2, '0')}${String(random.between(1, 28)).padStart(2, '0')}${random.digits(4)}`;
  return body + String((10 - (weighted(body, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10);
}

function personnummer(random: Random): string {
  const date = `${random.digits(2)}${String(random.between(1, 12)).padStart(2, '0')}${String(random.between(1, 28)).padStart(2, '0')}`;
  const serial = random.digits(3);
  return `${random.chance(0.4) ? '19' : ''}${date}-${serial}${luhnDigit(date + serial)}`;
}

function aadhaar(random: Random): string {
  const body = random.shape('X##########');
  const digits = body + verhoeffDigit(body);
  const sign = random.pick(['', ' ', ' ', '-']);
  return [digits.slice(0, 4), digits.slice(4, 8), digits.slice(8)].join(sign);
}

/** What a country calls its people by; the words around it say so. */
export function nationalId(random: Random, locale: Locale): string {
  switch (locale) {
    case 'uk':
      return nino(random);
    case 'de':
      return steuerId(random);
    case 'fr':
      return nir(random);
    case 'es':
      return nif(random);
    case 'it':
      return codiceFiscale(random);
    case 'nl':
      return bsn(random);
    case 'br':
      return cpf(random);
    case 'in':
      return random.chance(0.6) ? aadhaar(random) : random.shape('???P?####?');
    case 'jp':
      return random.shape('####-####-####');
    case 'pl':
      return pesel(random);
    case 'se':
      return personnummer(random);
    case 'ca': {
      const body = random.shape('N#######');
      const digits = body + luhnDigit(body);
      return [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6)].join(random.pick(['-', ' ', '']));
    }
    case 'au':
      return tfn(random);
    case 'us':
      return ssn(random);
  }
}

function nino(random: Random): string {
  const body = `${random.signs(2, 'ABCEGHJKLMPRSTWXYZ').replace(/^(?:BG|GB|KN|NK|NT|TN|ZZ)$/, 'AB')}${random.digits(6)}${random.signs(1, 'ABCD')}`;
  return random.chance(0.5) ? body : body.replace(/^(..)(..)(..)(..)(.)$/, '$1 $2 $3 $4 $5');
}

function tfn(random: Random): string {
  for (;;) {
    const digits = random.shape('N########');
    if (weighted(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0) return random.chance(0.5) ? digits : `${digits.slice(0, 3)} ${digits.slice(3, 6)} ${digits.slice(6)}`;
  }
}

const licences: readonly string[] = ['?#######', '?########', '?###-####-####', '########', '?############', '##A#####', '?####-#####-#####', '#########', '?###-###-##-###-#', '??######', 'R##-##-####', '?##-##-####', '?## ## ####'];

export function driverLicence(random: Random, locale: Locale): string {
  if (locale === 'uk') {
    const name = asciiOf(lastName(random, 'uk')).toUpperCase().slice(0, 5).padEnd(5, '9');
    return `${name}${random.digits(1)}${String(random.between(1, 12) + (random.chance(0.5) ? 50 : 0)).padStart(2, '0')}${String(random.between(1, 28)).padStart(2, '0')}${random.digits(1)}${asciiOf(firstName(random, 'uk')).charAt(0).toUpperCase()}9${random.shape('#??')}`;
  }
  if (locale === 'de') return random.shape('?###****##?').slice(0, 11);
  if (locale === 'in') return random.shape('MH## 20########');
  if (locale === 'it') return random.shape('U1*******?');
  return random.shape(random.pick(licences));
}

/** NHS number, Medicare beneficiary identifier, DEA number, or a record number of a hospital. */
export function medicalId(random: Random, locale: Locale): string {
  if (locale === 'uk') return nhsNumber(random);
  if (locale === 'au') return random.shape('X### ##### #');
  if (locale === 'de') return random.shape('?#########');
  const kind = random.int(3);
  if (kind === 0) return medicareId(random);
  return kind === 1 ? deaNumber(random) : recordNumber(random);
}

/** What a hospital calls its patients by: any number. */
export function recordNumber(random: Random): string {
  return random.shape(random.pick(['########', '######', 'MRN-#######', '##-##-##', 'H#######', '#######', 'A#####', '##########']));
}

function nhsNumber(random: Random): string {
  for (;;) {
    const body = random.shape('N########');
    const check = 11 - (weighted(body, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
    if (check === 10) continue;
    const digits = body + String(check % 11);
    return random.pick([digits, `${digits.slice(0, 3)} ${digits.slice(3, 6)} ${digits.slice(6)}`, `${digits.slice(0, 3)}-${digits.slice(3, 6)}-${digits.slice(6)}`]);
  }
}

export function medicareId(random: Random): string {
  const letters = 'ACDEFGHJKMNPQRTUVWXY';
  const one = (kind: string): string => (kind === 'C' ? random.signs(1, '123456789') : random.signs(1, kind === 'A' ? letters : kind === 'N' ? '0123456789' : `${letters}0123456789`));
  const id = [...'C A B N A B N A A N N'.replace(/ /g, '')].map(one).join('');
  return random.chance(0.5) ? id : `${id.slice(0, 4)}-${id.slice(4, 7)}-${id.slice(7)}`;
}

export function deaNumber(random: Random): string {
  const digits = random.digits(6);
  const sum = weighted(digits, [1, 0, 1, 0, 1, 0]) + 2 * weighted(digits, [0, 1, 0, 1, 0, 1]);
  return `${random.signs(1, 'ABFGM')}${random.shape('?')}${digits}${sum % 10}`;
}

const months = 'January February March April May June July August September October November December'.split(' ');

export function birthDate(random: Random, locale: Locale): string {
  const year = random.between(1931, 2012);
  const month = random.between(1, 12);
  const day = random.between(1, 28);
  const two = (value: number): string => String(value).padStart(2, '0');
  const dayFirst = locale !== 'us' && locale !== 'jp';
  const kind = random.int(8);
  if (kind < 2) return `${year}-${two(month)}-${two(day)}`;
  if (kind < 5 || (locale !== 'us' && locale !== 'uk' && locale !== 'in' && locale !== 'au' && locale !== 'ca')) {
    const sign = locale === 'de' || locale === 'pl' ? '.' : locale === 'nl' ? '-' : '/';
    return (dayFirst ? [two(day), two(month), year] : [two(month), two(day), year]).join(sign);
  }
  if (kind === 5) return dayFirst ? `${day} ${months[month - 1] ?? ''} ${year}` : `${months[month - 1] ?? ''} ${day}, ${year}`;
  if (kind === 6) return `${two(day)} ${(months[month - 1] ?? '').slice(0, 3)} ${year}`;
  return dayFirst ? `${day}/${month}/${String(year).slice(2)}` : `${month}/${day}/${String(year).slice(2)}`;
}
