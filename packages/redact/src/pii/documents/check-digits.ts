/** Answers whether the check digits of an identifier fit; it gets letters in upper case and no separators. */
export type Check = (id: string) => boolean;

const valueOf = (sign: string | undefined): number => (sign === 'X' || sign === 'K' ? 10 : Number.parseInt(sign ?? '0', 36));

/** Sum of digit times weight over as many digits as there are weights. */
export function weightedSum(id: string, weights: readonly number[]): number {
  let sum = 0;
  for (const [at, weight] of weights.entries()) sum += weight * valueOf(id[at]);
  return sum;
}

/** The weighted sum, check digit included, leaves `rest`. */
export function weighted(weights: readonly number[], modulus: number, rest = 0): Check {
  return (id) => id.length === weights.length && weightedSum(id, weights) % modulus === rest;
}

/** The digit after the weights is (11 - sum mod 11) mod 10. */
export function elevenTen(weights: readonly number[]): Check {
  return (id) => (11 - (weightedSum(id, weights) % 11)) % 10 === valueOf(id[weights.length]);
}

/** The digit after the weights is 11 - sum mod 11, and 0 where that has two digits (Brazil). */
export function elevenZero(weights: readonly number[]): Check {
  return (id) => ((10 * weightedSum(id, weights)) % 11) % 10 === valueOf(id[weights.length]);
}

export function all(...checks: readonly Check[]): Check {
  return (id) => checks.every((check) => check(id));
}

export function luhn(id: string): boolean {
  let sum = 0;
  for (let i = id.length - 1, twice = false; i >= 0; i -= 1, twice = !twice) {
    const digit = valueOf(id[i]);
    sum += twice ? digit * 2 - (digit > 4 ? 9 : 0) : digit;
  }
  return sum % 10 === 0;
}

/** Remainder of a decimal number too long for a double. */
export function remainder(digits: string, modulus: number): number {
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + valueOf(digit)) % modulus;
  return rest;
}

const verhoeffTurn = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4], [5, 8, 0, 3, 7, 9, 6, 1, 4, 2], [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
  [9, 4, 5, 3, 1, 2, 6, 8, 7, 0], [4, 2, 8, 6, 5, 7, 3, 9, 0, 1], [2, 7, 9, 3, 8, 0, 6, 4, 1, 5], [7, 0, 4, 6, 9, 1, 3, 2, 5, 8]];

/** Product in the dihedral group of order ten. */
function dihedral(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5);
  return b < 5 ? 5 + ((a - b) % 5) : (5 + a - b) % 5;
}

export function verhoeff(id: string): boolean {
  let sum = 0;
  for (let i = 0; i < id.length; i += 1) sum = dihedral(sum, verhoeffTurn[i % 8]?.[valueOf(id[id.length - 1 - i])] ?? 0);
  return sum === 0;
}

/** Six digits from `at` are a day; `order` says in which order year, month and day stand. */
export function dated(order: 'ymd' | 'dmy', at = 0): Check {
  const [day, month] = order === 'ymd' ? [at + 4, at + 2] : [at, at + 2];
  return (id) => isDay(Number(id.slice(day, day + 2)), Number(id.slice(month, month + 2)));
}

export function isDay(day: number, month: number): boolean {
  return day >= 1 && month >= 1 && month <= 12 && day <= (month === 2 ? 29 : [4, 6, 9, 11].includes(month) ? 30 : 31);
}
