import { decide, dropped, foldPoint, kept, marking, neutral, signs, special } from './look-alikes.js';

// One decision per code point of the first two planes, made the first time it is seen; decisions are pure, so sharing them is safe.
let basic: Uint16Array | undefined;
let supplementary: Uint16Array | undefined;
const expansions = new Map<number, string>();

/** The table of decisions for UTF-16 units; 0 where none has been made. */
export function decisions(): Uint16Array {
  return (basic ??= firstTable());
}

function firstTable(): Uint16Array {
  const table = new Uint16Array(65_536).fill(special, 0xd800, 0xe000);
  for (let c = 0; c < 0x80; c += 1) table[c] = signs.includes(String.fromCharCode(c)) ? special : c;
  return table;
}

/** What becomes of a code point from U+0080 on. */
export function decisionOf(point: number): number {
  if (point >= 0x20000) return beyond(point);
  const table = point < 0x10000 ? decisions() : (supplementary ??= new Uint16Array(65_536));
  const at = point & 0xffff;
  const known = table[at] ?? 0;
  if (known !== 0) return known;
  const made = decide(String.fromCodePoint(point));
  table[at] = made;
  return made;
}

function beyond(point: number): number {
  if (point < 0x40000) return kept;
  if (point >= 0xe0100 && point <= 0xe01ef) return marking;
  return point >= 0xe0000 && point < 0xe1000 ? dropped : neutral;
}

/** The text a `special` code point stands for. */
export function expansionOf(point: number): string {
  const known = expansions.get(point);
  if (known !== undefined) return known;
  const made = foldPoint(String.fromCodePoint(point));
  expansions.set(point, made);
  return made;
}
