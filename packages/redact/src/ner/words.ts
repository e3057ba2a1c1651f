/** How a word is written, which is the first thing that tells a name. */
export type Shape = 'capital' | 'upper' | 'initial' | 'lower' | 'uncased' | 'other';

/** One word of a line. `key` is what lists are asked for: lower case, without accents. */
export interface Word {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly key: string;
  readonly shape: Shape;
}

/** Longer runs of letters are no word of any language, and no list holds them. */
const longestWord = 40;

const asciiPart = buildAsciiParts();
const wordStart = /[\p{L}\p{M}\p{N}_]/u;
const marks = /\p{M}/gu;
const innerCapital = /[\p{Ll}]\p{Lu}/u;
const namePrefix = /^(?:Ma?c|De|Di|Du|La|Le|Van|Fitz|O['’]|D['’]|L['’]|Al|El|Abd)(?=\p{Lu}\p{Ll})|^GmbH$/u;
const arabicArticle = /^(?:al|el|ad|an|ar|as|ash|ul|ud|ur)-\p{Lu}\p{Ll}/u;

function buildAsciiParts(): Uint8Array {
  const table = new Uint8Array(128);
  for (let c = 48; c <= 57; c += 1) table[c] = 1;
  for (let c = 65; c <= 90; c += 1) table[c] = table[c + 32] = 1;
  table[0x5f] = 1;
  return table;
}

function isPart(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  if (c < 128) return asciiPart[c] === 1;
  // Astral letters belong to scripts whose names are not recognised here: they end a word.
  return c < 0xd800 || c > 0xdfff ? wordStart.test(text.charAt(at)) : false;
}

function isJoint(c: number): boolean {
  return c === 0x27 || c === 0x2019 || c === 0x2d || c === 0x2010;
}

/** The words of a line, in one pass. */
export function wordsOf(line: string): Word[] {
  const words: Word[] = [];
  const { length } = line;
  let at = 0;
  while (at < length) {
    if (!isPart(line, at)) {
      at += 1;
      continue;
    }
    const start = at;
    while (at < length && (isPart(line, at) || (isJoint(line.charCodeAt(at)) && isPart(line, at + 1)))) at += 1;
    words.push(wordAt(line, start, at));
  }
  return words;
}

function wordAt(line: string, start: number, stop: number): Word {
  if (stop - start > longestWord) return { start, end: stop, text: '', key: '', shape: 'other' };
  const end = withoutPossessive(line, start, stop);
  const text = line.slice(start, end);
  const shape = isGlued(line, start, stop) ? 'other' : shapeOf(text);
  return { start, end, text, key: keyOf(text), shape };
}

export function keyOf(text: string): string {
  const lower = text.toLowerCase().replaceAll('’', "'");
  return /^[ -~]*$/.test(lower) ? lower : lower.normalize('NFD').replace(marks, '').replaceAll('ø', 'o').replaceAll('ł', 'l').replaceAll('ı', 'i').replaceAll('ß', 'ss');
}

/** `Jane's` names Jane. */
function withoutPossessive(line: string, start: number, end: number): number {
  const sign = line.charCodeAt(end - 2);
  const isPossessive = end - start > 3 && (line.charCodeAt(end - 1) | 32) === 0x73 && (sign === 0x27 || sign === 0x2019);
  return isPossessive ? end - 2 : end;
}

/** Parts of paths, addresses, tags and code are no words of a sentence. */
function isGlued(line: string, start: number, end: number): boolean {
  const before = line.charAt(start - 1);
  if (before !== '' && '@#/\\$&-%~^+`'.includes(before)) return true;
  if (before === '.' && !isInitialBefore(line, start)) return start > 1 && isPart(line, start - 2);
  if (before === '<' && /[_>/]/.test(line.charAt(end))) return true;
  const after = line.charAt(end);
  if (after === '') return false;
  if ('@\\(`~^%$+&'.includes(after) || (after === '/' && isPart(line, end + 1))) return true;
  return after === '.' && isPart(line, end + 1) && end - start > 1;
}

function isInitialBefore(line: string, start: number): boolean {
  return start > 1 && isPart(line, start - 2) && (start === 2 || !isPart(line, start - 3));
}

function shapeOf(text: string): Shape {
  if (/[\p{N}_]/u.test(text)) return 'other';
  const first = text.charAt(0);
  if (first.toLowerCase() === first.toUpperCase()) return 'uncased';
  const upper = text.toUpperCase() === text;
  if (upper) return text.length === 1 ? 'initial' : 'upper';
  if (innerCapital.test(text) && !namePrefix.test(text)) return 'other';
  return first === first.toLowerCase() && !arabicArticle.test(text) ? 'lower' : 'capital';
}
