import { decisionOf, decisions } from './decisions.js';
import { entersForm, plusIsSpace } from './forms.js';
import { dropped, marking, neutral } from './look-alikes.js';
import { none, pointOf, sizeOf } from './packed.js';
import { escapeAt } from './source-escapes.js';
import type { Tape } from './tape.js';
import { closeReference, decoded, fold, put } from './write.js';

/** Shorter runs of tag characters are the flags of regions. */
const shortestHidden = 7;

/** Reads the character at `i`, which needs more than a look into a table; answers where the next one begins. */
export function step(tape: Tape, i: number): number {
  const { source } = tape;
  const c = source.charCodeAt(i);
  if (c < 0x80) {
    const escape = isEscaped(tape, c) ? none : escapeAt(source, i);
    if (escape !== none) {
      if (tape.ampersand >= 0) closeReference(tape, c);
      decoded(tape, pointOf(escape), i, i + sizeOf(escape));
      return i + sizeOf(escape);
    }
    ascii(tape, c, i);
    return i + 1;
  }
  if (c < 0xd800 || c > 0xdfff) {
    const code = decisionOf(c);
    if (code === marking || code === dropped) return repeated(tape, code, i);
    fold(tape, code, c, i, i + 1);
    return i + 1;
  }
  const point = source.codePointAt(i) ?? c;
  if (point < 0x10000) {
    fold(tape, neutral, c, i, i + 1);
    return i + 1;
  }
  if (point >= 0xe0020 && point <= 0xe007e) return tags(tape, i);
  if (point >= 0x1f1e6 && point <= 0x1f1ff) return regional(tape, i);
  fold(tape, decisionOf(point), point, i, i + 2);
  return i + 2;
}

/** A backslash behind a backslash: the two are one before the rest is read. */
function isEscaped(tape: Tape, c: number): boolean {
  return c === 0x5c && tape.length > tape.from && tape.before(1) === 0x5c;
}

/** Marks and invisible characters come in runs. */
function repeated(tape: Tape, code: number, from: number): number {
  const { source } = tape;
  const table = decisions();
  let end = from + 1;
  while (end < source.length && table[source.charCodeAt(end)] === code) end += 1;
  const last = tape.before(1);
  if (last !== neutral && last < 0x80) fold(tape, code, source.charCodeAt(from), from, end);
  else for (let i = from; i < end; i += 1) fold(tape, code, source.charCodeAt(i), i, i + 1);
  return end;
}

function ascii(tape: Tape, c: number, i: number): void {
  if (c === 0x0a && tape.hidden.length > 0) reveal(tape);
  if (c === 0x2b && plusIsSpace(tape, i)) {
    tape.changed = true;
    put(tape, 0x20, i, i + 1);
    return;
  }
  put(tape, c, i, i + 1);
  if (c === 0x3d) entersForm(tape, i);
}

/** Tag characters are invisible; a longer run of them may spell a value, which is read as a line of its own. */
function tags(tape: Tape, from: number): number {
  const { source } = tape;
  let i = from;
  for (; i < source.length; i += 2) {
    const point = source.codePointAt(i) ?? 0;
    if (point < 0xe0020 || point > 0xe007e) break;
  }
  fold(tape, dropped, 0xe0020, from, i);
  if ((i - from) / 2 >= shortestHidden) tape.hidden.push(from, i);
  return i;
}

/** Writes what the tags of this line spell behind it. */
export function reveal(tape: Tape): void {
  const { hidden, source } = tape;
  if (hidden.length === 0) return;
  if (tape.ampersand >= 0) closeReference(tape, 0x0a);
  tape.hidden = [];
  for (let k = 0; k + 1 < hidden.length; k += 2) {
    const from = hidden[k] ?? 0;
    const to = hidden[k + 1] ?? from;
    tape.reserve((to - from) / 2 + 1, to);
    tape.write(0x0a, from, from + 2);
    for (let i = from; i < to; i += 2) tape.write((source.codePointAt(i) ?? 0) - 0xe0000, i, i + 2);
  }
  tape.armed = 0;
  tape.ampersand = -1;
}

/** Two regional indicators are a flag, unless they are a label of a host; other runs are letters. */
function regional(tape: Tape, from: number): number {
  const { source } = tape;
  let end = from;
  for (; end < source.length; end += 2) {
    const point = source.codePointAt(end) ?? 0;
    if (point < 0x1f1e6 || point > 0x1f1ff) break;
  }
  const flag = end - from === 4 && !joins(tape.before(1)) && !joins(source.charCodeAt(end));
  for (let i = from; i < end; i += 2) {
    const point = source.codePointAt(i) ?? 0;
    fold(tape, flag ? neutral : 0x41 + point - 0x1f1e6, point, i, i + 2);
  }
  return end;
}

function joins(c: number): boolean {
  return c === 0x2e || c === 0x40 || c === 0x2d || c === 0x5f;
}
