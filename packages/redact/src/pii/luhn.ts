/** Luhn (ISO/IEC 7812-1 annex B) over the digits of [start, end); other signs are passed over. */
export function passesLuhn(text: string, start: number, end: number): boolean {
  let sum = 0;
  let double = false;
  for (let i = end - 1; i >= start; i -= 1) {
    let value = text.charCodeAt(i) - 48;
    if (value < 0 || value > 9) continue;
    if (double) {
      value *= 2;
      if (value > 9) value -= 9;
    }
    sum += value;
    double = !double;
  }
  return sum % 10 === 0;
}

/** A length that most cards of the range have; one that some have; one that only words make a card. */
export const COMMON = 3;
export const KNOWN = 2;
export const RARE = 1;

type Range = readonly [from: number, to: number, common: readonly number[], known: readonly number[], rare: readonly number[]];

const maestro = [12, 13, 14, 15, 16, 17, 18, 19];

/** Published issuer ranges: first and last prefix of up to six digits, and the lengths in use. */
const ranges: readonly Range[] = [
  [4, 4, [16], [13, 19], []], // Visa
  [51, 55, [16], [], []], // Mastercard
  [2221, 2720, [16], [], []],
  [34, 34, [15], [], []], // American Express
  [37, 37, [15], [], []],
  [6011, 6011, [16], [19], []], // Discover
  [644, 649, [16], [19], []],
  [65, 65, [16], [19], []],
  [300, 305, [14, 16], [19], []], // Diners Club
  [3095, 3095, [14, 16], [19], []],
  [36, 36, [14], [16, 19], []],
  [38, 39, [14, 16], [19], []],
  [3528, 3589, [16], [19], [15]], // JCB
  [1800, 1800, [], [15], []],
  [2131, 2131, [], [15], []],
  [62, 62, [16], [17, 18, 19], []], // UnionPay, and Discover 622126-622925
  [81, 81, [], [16], [17, 18, 19]],
  [2200, 2204, [16], [19], []], // Mir
  [60, 60, [], [16], []], // RuPay
  [82, 82, [], [16], []],
  [508, 508, [], [16], []],
  [9792, 9792, [], [16], []], // Troy
  [5019, 5019, [], [16], []], // Dankort
  [5067, 5067, [], [16], []], // Elo
  [6362, 6363, [], [16], []],
  [627_780, 627_780, [], [16], []],
  [606_282, 606_282, [], [16], [13, 19]], // Hipercard
  [384_100, 384_160, [], [16], [13, 19]],
  [506_099, 506_198, [], [16], [18, 19]], // Verve
  [650_002, 650_027, [], [16], [18, 19]],
  [5018, 5018, [], maestro, []],
  [5020, 5020, [], maestro, []],
  [5038, 5038, [], maestro, []],
  [5893, 5893, [], maestro, []],
  [56, 58, [], [], maestro],
  [6304, 6304, [], maestro, []],
  [6759, 6763, [], maestro, []],
  [67, 67, [], [], maestro],
  [6390, 6390, [], maestro, []],
];

interface Span {
  readonly from: number;
  readonly to: number;
  /** What each length is worth, by its number. */
  readonly worth: Uint8Array;
}

/** The ranges widened to six digits, under their first digit. */
const byFirst: readonly (readonly Span[])[] = Array.from({ length: 10 }, (_, first) =>
  ranges.flatMap(([from, to, common, known, rare]) => {
    const scale = 10 ** (6 - String(from).length);
    const [low, high] = [from * scale, (to + 1) * scale - 1];
    return Math.floor(low / 100_000) <= first && Math.floor(high / 100_000) >= first ? [{ from: low, to: high, worth: worthOf(common, known, rare) }] : [];
  }),
);

function worthOf(common: readonly number[], known: readonly number[], rare: readonly number[]): Uint8Array {
  const worth = new Uint8Array(20);
  for (const size of rare) worth[size] = RARE;
  for (const size of known) worth[size] = KNOWN;
  for (const size of common) worth[size] = COMMON;
  return worth;
}

/** Which first two digits some range begins with. */
const openings = buildOpenings();

function buildOpenings(): Uint8Array {
  const pairs = new Uint8Array(100);
  for (const { from, to } of byFirst.flat()) pairs.fill(1, Math.floor(from / 10_000), Math.floor(to / 10_000) + 1);
  return pairs;
}

/** Whether a group of two digits or more can open a card. */
export function mayOpenCard(text: string, start: number): boolean {
  return openings[text.charCodeAt(start) * 10 + text.charCodeAt(start + 1) - 528] === 1;
}

/** Whether some issuer numbers its cards so: COMMON, KNOWN, RARE, or 0 for no. */
export function cardRange(text: string, start: number, length: number): number {
  const spans = byFirst[text.charCodeAt(start) - 48];
  if (spans === undefined || spans.length === 0) return 0;
  let prefix = 0;
  for (let i = start, seen = 0; seen < 6; i += 1) {
    const value = text.charCodeAt(i) - 48;
    if (value < 0 || value > 9) continue;
    prefix = prefix * 10 + value;
    seen += 1;
  }
  let best = 0;
  for (const span of spans) if (prefix >= span.from && prefix <= span.to) best = Math.max(best, span.worth[length] ?? 0);
  return best;
}
