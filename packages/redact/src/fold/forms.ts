import { isAlnum } from '../char-class.js';
import type { Tape } from './tape.js';

const longestKey = 40;
const farthestNext = 256;

/** Remembers that a form body or query goes on behind the `=` just written. */
export function entersForm(tape: Tape, at: number): void {
  const sign = tape.length - 1;
  let start = sign;
  while (start > 0 && sign - start < longestKey && isKey(unitAt(tape, start - 1))) start -= 1;
  if (start === sign) return;
  const before = start === 0 ? 0x20 : unitAt(tape, start - 1);
  if (before === 0x3f || before === 0x26) tape.form = at;
  else if (isEdge(before) && hasNextKey(tape.source, at + 1)) tape.form = at;
}

/** Whether the `+` at `at` stands for a space: it is inside the value of a form. */
export function plusIsSpace(tape: Tape, at: number): boolean {
  if (tape.form < 0) return false;
  for (let i = tape.form; i < at; i += 1) {
    if (isEdge(tape.source.charCodeAt(i))) {
      tape.form = -1;
      return false;
    }
  }
  tape.form = at;
  return true;
}

/** `first=…&second=` */
function hasNextKey(source: string, from: number): boolean {
  const limit = Math.min(source.length, from + farthestNext);
  for (let i = from; i < limit; i += 1) {
    const c = source.charCodeAt(i);
    if (isEdge(c)) return false;
    if (c === 0x26 && isKey(source.charCodeAt(i + 1))) return endsInSign(source, i + 1);
  }
  return false;
}

function endsInSign(source: string, from: number): boolean {
  let i = from;
  while (i < from + longestKey && isKey(source.charCodeAt(i))) i += 1;
  return source.charCodeAt(i) === 0x3d;
}

function unitAt(tape: Tape, at: number): number {
  return at >= tape.from ? (tape.units[at] ?? 0) : tape.source.charCodeAt(at);
}

function isKey(c: number): boolean {
  return isAlnum(c) || c === 0x5f || c === 0x2e || c === 0x2d || c === 0x5b || c === 0x5d;
}

function isEdge(c: number): boolean {
  return c <= 0x20 || c === 0x22 || c === 0x27 || c === 0x60 || c === 0x3c || c === 0x3e;
}
