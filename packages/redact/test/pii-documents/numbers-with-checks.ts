import type { Random } from './random.js';

const digitsOf = (text: string): readonly number[] => Array.from(text, Number);
const sum = (text: string, weights: readonly number[]): number => digitsOf(text).reduce((total, digit, at) => total + digit * (weights[at] ?? 0), 0);
const two = (value: number): string => String(value).padStart(2, '0');

/** Draws until `make` has an answer: some check values do not exist. */
function until(make: () => string | undefined): string {
  for (;;) {
    const made = make();
    if (made !== undefined) return made;
  }
}

export function day(random: Random): { readonly y: string; readonly m: string; readonly d: string } {
  return { y: String(random.int(1940, 2005)), m: two(random.int(1, 12)), d: two(random.int(1, 28)) };
}

const formats: Readonly<Record<string, string>> = {
  DE: '999999999999999999', GB: 'AAAA99999999999999', FR: '99999999999###########99', ES: '99999999999999999999', IT: 'A9999999999############', NL: 'AAAA9999999999',
  BE: '999999999999', CH: '99999############', AT: '9999999999999999', NO: '99999999999', SE: '99999999999999999999', DK: '99999999999999', FI: '99999999999999',
  PL: '999999999999999999999999', PT: '999999999999999999999', IE: 'AAAA99999999999999', MT: 'AAAA99999##################', SA: '99##################', TR: '999999################',
  BR: '99999999999999999999999A#', LC: 'AAAA########################', UA: '999999###################', AE: '9999999999999999999', VG: 'AAAA9999999999999999', CZ: '99999999999999999999',
};
const sizes: Readonly<Record<string, number>> = { FR: 23, VG: 20 };

export function iban(random: Random): string {
  const country = random.pick(Object.keys(formats));
  const bban = random.fill(formats[country] ?? '').slice(0, sizes[country] ?? 40);
  const number = Array.from(`${bban}${country}00`, (sign) => Number.parseInt(sign, 36)).join('');
  return `${country}${two(98 - Number(BigInt(number) % 97n))}${bban}`;
}

export const nhs = (random: Random): string => until(() => {
  const body = random.fill('999999999');
  const check = (11 - (sum(body, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
  return check > 9 ? undefined : body + String(check);
});

export const nino = (random: Random): string => `${random.pick(['AB', 'CE', 'JR', 'PX', 'SW', 'TH', 'WM', 'YZ'])}${random.fill('999999')}${random.pick(['A', 'B', 'C', 'D'])}`;

export function luhnEnd(body: string): string {
  let total = 0;
  for (const [at, digit] of [...digitsOf(body)].reverse().entries()) total += at % 2 === 0 ? digit * 2 - (digit > 4 ? 9 : 0) : digit;
  return body + String((10 - (total % 10)) % 10);
}

export const sin = (random: Random): string => luhnEnd(`${String(random.int(1, 7))}${random.fill('9999999')}`);
const dniLetters = 'TRWAGMYFPDXBNJZSQVHLCKE';

export function dni(random: Random): string {
  const body = random.fill('99999999');
  return body + dniLetters.charAt(Number(body) % 23);
}

export function nie(random: Random): string {
  const [first, body] = [random.int(0, 2), random.fill('9999999')];
  return 'XYZ'.charAt(first) + body + dniLetters.charAt(Number(String(first) + body) % 23);
}

export function pesel(random: Random): string {
  const { y, m, d } = day(random);
  const body = `${y.slice(2)}${y < '2000' ? m : two(Number(m) + 20)}${d}${random.fill('9999')}`;
  return body + String((10 - (sum(body, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10);
}

export function personnummer(random: Random): string {
  const { y, m, d } = day(random);
  const whole = luhnEnd(`${y.slice(2)}${m}${d}${random.fill('999')}`);
  return `${whole.slice(0, 6)}-${whole.slice(6)}`;
}

export function hetu(random: Random): string {
  const { y, m, d } = day(random);
  const order = String(random.int(2, 899)).padStart(3, '0');
  return `${d}${m}${y.slice(2)}${y < '2000' ? '-' : 'A'}${order}${'0123456789ABCDEFHJKLMNPRSTUVWXY'.charAt(Number(d + m + y.slice(2) + order) % 31)}`;
}

const elevenZero = (body: string, weights: readonly number[]): string => String(((sum(body, weights) * 10) % 11) % 10);

export function cpf(random: Random): string {
  const body = random.fill('999999999');
  const first = body + elevenZero(body, [10, 9, 8, 7, 6, 5, 4, 3, 2]);
  const all = first + elevenZero(first, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  return `${all.slice(0, 3)}.${all.slice(3, 6)}.${all.slice(6, 9)}-${all.slice(9)}`;
}

export function ahv(random: Random): string {
  const body = `756${random.fill('999999999')}`;
  const all = body + String((10 - (sum(body, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10);
  return `756.${all.slice(3, 7)}.${all.slice(7, 11)}.${all.slice(11)}`;
}

export function china(random: Random): string {
  const { y, m, d } = day(random);
  const body = `110105${y}${m}${d}${random.fill('999')}`;
  return body + '10X98765432'.charAt(sum(body, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11);
}

export function rodneCislo(random: Random): string {
  return until(() => {
    const { y, m, d } = day(random);
    const body = `${y.slice(2)}${m}${d}${random.fill('999')}`;
    const check = Number(body) % 11;
    return check > 9 ? undefined : `${body.slice(0, 6)}/${body.slice(6)}${String(check)}`;
  });
}

export function nir(random: Random): string {
  const { y, m } = day(random);
  const body = `${random.pick(['1', '2'])}${y.slice(2)}${m}${random.fill('75')}${random.fill('999999')}`;
  const key = two(97 - Number(BigInt(body) % 97n));
  return [body.slice(0, 1), body.slice(1, 3), body.slice(3, 5), body.slice(5, 7), body.slice(7, 10), body.slice(10), key].join(' ');
}

export function bsn(random: Random): string {
  return until(() => {
    const body = random.fill('99999999');
    const check = sum(body, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    return check > 9 ? undefined : body + String(check);
  });
}
