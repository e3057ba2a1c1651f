import { decodeHTMLStrict } from 'entities/decode';

interface Reference {
  readonly name: string;
  readonly point: number;
}

// Looking a name up is pure; the few that a text repeats are kept under a number made from their units.
const known = new Map<number, Reference>();
const mostKnown = 2048;

/** Points from here on stand for two code points: a letter or sign, and what is written on or behind it. */
export const pairs = 0x110000;
const doubles: (readonly [first: number, second: number])[] = [];

export function firstOf(pair: number): number {
  return doubles[pair - pairs]?.[0] ?? 0xfffd;
}

export function secondOf(pair: number): number {
  return doubles[pair - pairs]?.[1] ?? 0xfffd;
}

/** HTML has fewer than a hundred references of two code points, so the list stays short. */
function pairOf(first: number, second: number): number {
  const known = doubles.findIndex((pair) => pair[0] === first && pair[1] === second);
  return pairs + (known < 0 ? doubles.push([first, second]) - 1 : known);
}

function pointsOf(decoded: string): number {
  const first = decoded.codePointAt(0) ?? -1;
  const second = decoded.codePointAt(first < 0x10000 ? 1 : 2);
  return second === undefined ? first : pairOf(first, second);
}

/** The code point, or the pair of them, that a named reference of HTML stands for, -1 when there is none; the name is `text` from `start` to `end`. */
export function namedReference(text: string, start: number, end: number): number {
  let hash = end - start;
  for (let i = start; i < end; i += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  const found = known.get(hash);
  if (found?.name.length === end - start && text.startsWith(found.name, start)) return found.point;
  const name = text.slice(start, end);
  const decoded = decodeHTMLStrict(`&${name};`);
  const point = decoded.startsWith('&') && decoded.length > 1 ? -1 : pointsOf(decoded);
  if (known.size >= mostKnown) known.clear();
  known.set(hash, { name, point });
  return point;
}

/** References that HTML accepts without `;` and that hide or split a value, by the number of their name. */
const unclosed: ReadonlyMap<number, Reference> = new Map(
  Object.entries({ amp: 0x26, AMP: 0x26, lt: 0x3c, LT: 0x3c, gt: 0x3e, GT: 0x3e, quot: 0x22, QUOT: 0x22, nbsp: 0xa0, shy: 0xad, middot: 0xb7 }).map(([name, point]): [number, Reference] => {
    let hash = name.length;
    for (let i = 0; i < name.length; i += 1) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) | 0;
    return [hash, { name, point }];
  }),
);
export const longestUnclosed = 6;

/** The code point that the name in `units` from `start` to `end` stands for without a `;`, -1 when there is none. */
export function unclosedReference(units: Uint16Array, start: number, end: number): number {
  let hash = end - start;
  for (let i = start; i < end; i += 1) hash = (Math.imul(hash, 31) + (units[i] ?? 0)) | 0;
  const found = unclosed.get(hash);
  if (found?.name.length !== end - start) return -1;
  for (let i = start; i < end; i += 1) if (found.name.charCodeAt(i - start) !== units[i]) return -1;
  return found.point;
}
