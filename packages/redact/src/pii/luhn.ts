/** Luhn (ISO/IEC 7812-1 annex B) over digits given as characters. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  let double = false;
  for (let i = digits.length - 1; i >= 0; i -= 1) {
    let value = digits.charCodeAt(i) - 48;
    if (double) {
      value *= 2;
      if (value > 9) value -= 9;
    }
    sum += value;
    double = !double;
  }
  return sum % 10 === 0;
}

/** Published issuer ranges: first and last prefix, and the lengths in use. */
const ranges: readonly (readonly [from: number, to: number, lengths: readonly number[]])[] = [
  [4, 4, [16, 13, 19]], // Visa
  [51, 55, [16]], // Mastercard
  [2221, 2720, [16]],
  [34, 34, [15]], // American Express
  [37, 37, [15]],
  [6011, 6011, [16, 19]], // Discover
  [644, 649, [16, 19]],
  [65, 65, [16, 19]],
  [300, 305, [14, 16, 19]], // Diners Club
  [3095, 3095, [14, 16, 19]],
  [36, 36, [14, 16, 19]],
  [38, 39, [14, 16, 19]],
  [3528, 3589, [16, 19]], // JCB
  [62, 62, [16, 17, 18, 19]], // UnionPay, and Discover 622126-622925
  [81, 81, [16, 17, 18, 19]],
  [2200, 2204, [16, 19]], // Mir
  [60, 60, [16]], // RuPay
  [82, 82, [16]],
  [508, 508, [16]],
  [9792, 9792, [16]], // Troy
  [5018, 5018, [13, 14, 15, 16, 17, 18, 19]], // Maestro
  [5020, 5020, [13, 14, 15, 16, 17, 18, 19]],
  [5038, 5038, [13, 14, 15, 16, 17, 18, 19]],
  [5893, 5893, [13, 14, 15, 16, 17, 18, 19]],
  [6304, 6304, [13, 14, 15, 16, 17, 18, 19]],
  [6759, 6763, [13, 14, 15, 16, 17, 18, 19]],
];

/** The ranges widened to four digits, under their first digit. */
const byFirst = Array.from({ length: 10 }, (_, first) =>
  ranges.flatMap(([from, to, lengths]) => {
    const scale = 10 ** (4 - String(from).length);
    return Math.floor((from * scale) / 1000) <= first && Math.floor((to * scale) / 1000) >= first
      ? [{ from: from * scale, to: (to + 1) * scale - 1, lengths }]
      : [];
  }),
);

/** Whether some issuer numbers its cards so. */
export function isCardRange(digits: string): boolean {
  const prefix = Number(digits.slice(0, 4));
  const { length } = digits;
  for (const range of byFirst[digits.charCodeAt(0) - 48] ?? []) {
    if (prefix >= range.from && prefix <= range.to && range.lengths.includes(length)) return true;
  }
  return false;
}
