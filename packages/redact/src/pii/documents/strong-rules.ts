import { all, dated, elevenTen, elevenZero, isDay, luhn, remainder, verhoeff, weighted, weightedSum, type Check } from './check-digits.js';
import { shapeOf } from './written-number.js';

/** An identifier whose form and check digits say enough without words around it. */
export interface StrongRule {
  readonly category: string;
  /** Group sizes in which it may be written. */
  readonly shapes: ReadonlySet<number>;
  /** Sign between the groups, where one is prescribed; '' for any. */
  readonly signs: string;
  readonly check: Check;
}

const dniLetters = 'TRWAGMYFPDXBNJZSQVHLCKE';
const hetuLetters = '0123456789ABCDEFHJKLMNPRSTUVWXY';

const nino: Check = (id) => /^(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/.test(id);
const dni: Check = (id) => dniLetters[Number(id.slice(0, 8)) % 23] === id[8];
const nie: Check = (id) => /^[XYZ]/.test(id) && dni(String('XYZ'.indexOf(id.charAt(0))) + id.slice(1));
const pan: Check = (id) => /^[A-Z]{3}[ABCFGHJLPT]/.test(id);
const hetu: Check = (id) => hetuLetters[Number(id.slice(0, 6) + id.slice(-4, -1)) % 31] === id.slice(-1);

/** Italy: odd and even places have their own values (DM 12/03/1974). */
const codiceFiscale: Check = (id) => {
  const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
  let sum = 0;
  for (let i = 0; i < 15; i += 1) {
    const value = Number.parseInt(id.charAt(i), 36);
    const place = value < 10 ? value : value - 10;
    sum += i % 2 === 0 ? (odd[place] ?? 0) : place;
  }
  return /[A-EHLMPRST]/.test(id.charAt(8)) && String.fromCharCode(65 + (sum % 26)) === id[15];
};

/** France: sex, year, month, place, order and a key; Corsican departments count as 19 and 18. */
const nir: Check = (id) => {
  const digits = id.replace(/^(.{5})2A/, '$119').replace(/^(.{5})2B/, '$118');
  const month = Number(id.slice(3, 5));
  return /^[1-478]/.test(id) && ((month >= 1 && month <= 12) || (month >= 20 && month <= 42)) && 97 - remainder(digits.slice(0, 13), 97) === Number(digits.slice(13));
};

const belgium: Check = (id) => {
  const key = Number(id.slice(9));
  return dated('ymd')(id) && [id.slice(0, 9), `2${id.slice(0, 9)}`].some((digits) => 97 - remainder(digits, 97) === key);
};

const rodneCislo: Check = (id) => {
  const month = Number(id.slice(2, 4)) % 50;
  return isDay(Number(id.slice(4, 6)), month > 20 ? month - 20 : month) && (remainder(id, 11) === 0 || (remainder(id.slice(0, 9), 11) === 10 && id[9] === '0'));
};

const singapore: Check = (id) => {
  const letters: Readonly<Record<string, string>> = { S: 'JZIHGFEDCBA', T: 'JZIHGFEDCBA', F: 'XWUTRQPNMLK', G: 'XWUTRQPNMLK', M: 'XWUTRQPNJLK' };
  const first = id.charAt(0);
  const offset = first === 'T' || first === 'G' ? 4 : first === 'M' ? 3 : 0;
  const rest = (weightedSum(id.slice(1), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11;
  return letters[first]?.[first === 'M' ? 10 - rest : rest] === id[8];
};

const snils: Check = (id) => (weightedSum(id, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101) % 100 === Number(id.slice(9));
const rut: Check = (id) => /^\d+K?$/.test(id) && weightedSum(id.padStart(9, '0'), [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;
const cuit = all((id) => /^(?:2[0347]|3[034])/.test(id), weighted([5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1], 11));
const cpf = all((id) => !/^(\d)\1+$/.test(id), elevenZero([10, 9, 8, 7, 6, 5, 4, 3, 2]), elevenZero([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]));
const cnpj = all(elevenZero([5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]), elevenZero([6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]));
const china = all((id) => /^[1-8]\d{5}(?:19|20)\d+X?$/.test(id), dated('ymd', 8), weighted([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1], 11, 1));
const korea = all((id) => /^\d{6}[1-8]/.test(id), dated('ymd'), (id) => elevenTen([2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5])(id) || Number(id.slice(0, 2)) >= 20 === /^\d{6}[3478]/.test(id));
const norway = all((id) => isDay(Number(id.slice(0, 2)) % 40, Number(id.slice(2, 4)) % 40), weighted([3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0], 11), weighted([5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1], 11));
const iceland = all(dated('dmy'), weighted([3, 2, 7, 6, 5, 4, 3, 2, 1, 0], 11));
const curp: Check = (id) => /^[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[A-Z\d]\d$/.test(id) && dated('ymd', 4)(id);
const rfc: Check = (id) => /^[A-Z&]{4}\d{6}[A-Z\d]{3}$/.test(id) && dated('ymd', 4)(id);
const mbi: Check = (id) => /^[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d[AC-HJKMNP-RT-Y]{2}\d\d$/.test(id);
/** Surname, birth (a woman's month has 5 added to its first digit), initials. */
const ukDriver: Check = (id) => isDay(Number(id.slice(8, 10)), Number(id.slice(6, 8)) % 50);
const itin: Check = (id) => /^9\d{2}(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])/.test(id);

const list: readonly (readonly [category: string, mask: string, shapes: string, signs: string, check: Check])[] = [
  ['national_id', 'AA999999A', '9 22221 261', '', nino],
  ['national_id', '99999999A', '9 81 2331', '', dni], ['national_id', 'A9999999A', '9 171', '', nie], ['national_id', 'A9999999A', '9 171', '', singapore],
  ['national_id', 'AAAAAA99A99A999A', 'g 3355', '', codiceFiscale],
  ['national_id', 'AAAAA9999A', 'a', '', pan],
  ['national_id', '999999999A', '64', '-+', all(dated('dmy'), hetu)], ['national_id', '999999A999A', 'b', '', all(dated('dmy'), hetu)],
  ['national_id', '9999999999', '64', '-+', all(dated('dmy'), hetu)], ['national_id', '999999A9999', 'b', '', all(dated('dmy'), hetu)],
  ['national_id', '999999999999999', 'f 1222332 d2', '', nir], ['national_id', '999999A99999999', 'f 1222332 d2', '', nir],
  ['national_id', '99999999999', '22232', '.-', belgium], ['national_id', '99999999999', 'b 65', '', norway], ['national_id', '99999999999', '3332', '.-', cpf],
  ['national_id', '99999999999', '3332', '- ', snils], ['national_id', '99999999999', '281', '-', cuit],
  ['national_id', '99999999999999', '23342', './-', cnpj],
  ['national_id', '9999999999', '64', '-+', all(dated('ymd'), luhn)], ['national_id', '999999999999', '84', '-+', all(dated('ymd', 2), luhn10)],
  ['national_id', '9999999999', '64', '-', iceland], ['national_id', '9999999999', '64', '/', rodneCislo],
  ['national_id', '999999999', '2331', '.-', rut], ['national_id', '99999999', '1331', '.-', rut], ['national_id', '99999999A', '2331', '.-', rut],
  ['national_id', '9999999A', '1331', '.-', rut], ['national_id', 'AAAA999999AAAAAA99', 'i', '', curp], ['national_id', 'AAAA999999AAAAAAA9', 'i', '', curp],
  ...['999', 'AA9', 'A9A', '9A9', 'AAA', 'A99', '99A', '9AA'].map((tail) => ['national_id', `AAAA999999${tail}`, 'd 463', '', rfc] as const),
  ['national_id', '9999999999999', '67', '-', korea], ['national_id', '999999999999999999', 'i', '', china], ['national_id', '99999999999999999A', 'i', '', china],
  ['national_id', '9999999999999', '14521', '- ', elevenTen([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2])],
  ['national_id', '999999999999', '624', '-', dated('ymd')], ['national_id', '999999999999', '444', ' -', all((id) => /^[2-9]/.test(id), verhoeff)],
  ['national_id', '999999999999999', 'f 3471', '- ', all((id) => id.startsWith('784'), luhn)],
  ['national_id', '9999999999999', 'd 3442', '', all((id) => id.startsWith('756'), weighted([1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1], 10))],
  ['national_id', '9999999999999', '571', '-', (id) => /^[1-7]/.test(id)],
  ['driver_license', 'AAAAA999999AA9AA', 'g', '', ukDriver], ['driver_license', 'AAAAA999999A99AA', 'g', '', ukDriver],
  ['itin', '999999999', '324', '- ', itin],
  ...['9AA9AA9AA99', '9A99AA9AA99', '9AA9A99AA99', '9A99A99AA99'].map((mask) => ['medical_id', mask, 'b 434', '', mbi] as const),
];

function luhn10(id: string): boolean {
  return luhn(id.slice(-10));
}

/** By mask: digits are `9`, letters `A`. */
export const strongRules: ReadonlyMap<string, readonly StrongRule[]> = buildIndex();

function buildIndex(): ReadonlyMap<string, readonly StrongRule[]> {
  const index = new Map<string, StrongRule[]>();
  for (const [category, mask, shapes, signs, check] of list) {
    const rules = index.get(mask) ?? [];
    rules.push({ category, shapes: new Set(shapes.split(' ').map(shapeOf)), signs, check });
    index.set(mask, rules);
  }
  return index;
}

/** Every group of sizes some rule allows, to be asked first: for digits alone, and with letters among them. */
export const digitShapes = shapesOf(true);
export const letterShapes = shapesOf(false);

function shapesOf(digits: boolean): ReadonlySet<number> {
  return new Set(list.flatMap(([, mask, shapes]) => (mask.includes('A') === digits ? [] : shapes.split(' ').map(shapeOf))));
}

const mostGroups = 8;
/** Numbers of units, one bit each, by the number of groups they stand in. */
const digitTotals = totalsOf(digitShapes);
const letterTotals = totalsOf(letterShapes);

function totalsOf(shapes: ReadonlySet<number>): Int32Array {
  const totals = new Int32Array(mostGroups + 1);
  for (const shape of shapes) {
    const sizes = Array.from(shape.toString(36), (size) => Number.parseInt(size, 36));
    totals[sizes.length] = (totals[sizes.length] ?? 0) | (1 << sizes.reduce((sum, one) => sum + one, 0));
  }
  return totals;
}

/** Whether some rule allows so many letters and digits in so many groups. */
export function mayBeStrong(digits: boolean, groups: number, units: number): boolean {
  return (((digits ? digitTotals : letterTotals)[groups] ?? 0) & (1 << units)) !== 0;
}
