import { isHyphen } from './dashes.js';
import { decisionOf, expansionOf } from './decisions.js';
import { firstOf, pairs, secondOf } from './entities.js';
import { completed, unclosedBefore } from './escapes.js';
import { ambiguous, dropped, kept, marking, neutral, rangeDash, special } from './look-alikes.js';
import { meaning } from './meaning.js';
import { none, pointOf, sizeOf, type Packed } from './packed.js';
import type { Tape } from './tape.js';

// `\UXXXXXXXX` and `&CounterClockwiseContourIntegral;` end this far behind their sign.
const escapeReach = 10;
const referenceReach = 34;

/** Writes an ASCII unit and undoes the escape it completes. */
export function put(tape: Tape, c: number, start: number, end: number): void {
  if (tape.ampersand >= 0) closeReference(tape, c);
  tape.write(c, start, end);
  if (c <= 0x20) {
    // No escape holds white space.
    tape.armed = 0;
    tape.ampersand = -1;
    return;
  }
  const escape = tape.length <= tape.armed ? completed(tape, c) : none;
  if (escape !== none) undo(tape, escape);
  else if (c === 0x25 || c === 0x5c) tape.armed = Math.max(tape.armed, tape.length + escapeReach);
  else if (c === 0x26) {
    tape.ampersand = tape.length - 1;
    tape.armed = Math.max(tape.armed, tape.length + referenceReach);
  } else if (isLineEscape(tape, c)) blank(tape);
}

/** `\n`, `\t` and `\r` separate; the backslash stays, so that a path keeps its shape. */
function isLineEscape(tape: Tape, c: number): boolean {
  return (c === 0x6e || c === 0x74 || c === 0x72) && tape.before(2) === 0x5c && tape.length - 2 >= tape.from;
}

function blank(tape: Tape): void {
  tape.units[tape.length - 1] = 0x20;
  tape.changed = true;
}

/** Undoes a reference without `;` that ends before `c`. */
export function closeReference(tape: Tape, c: number): void {
  const open = unclosedBefore(tape, c);
  if (open !== none) undo(tape, open);
}

function undo(tape: Tape, escape: Packed): void {
  const at = tape.length - sizeOf(escape);
  const start = tape.startOf(at);
  const end = tape.reached;
  tape.bend();
  tape.length = at;
  if (tape.ampersand >= at) tape.ampersand = -1;
  decoded(tape, pointOf(escape), start, end);
}

/** Writes what an escape stands for. */
export function decoded(tape: Tape, point: number, start: number, end: number): void {
  tape.changed = true;
  if (point >= pairs) {
    decoded(tape, firstOf(point), start, end);
    decoded(tape, secondOf(point), start, end);
    return;
  }
  if (point < 0x80) put(tape, visible(point), start, end);
  else if (point >= 0xdc00 && point <= 0xdfff && isHalf(tape.before(1)) && tape.length > tape.from) {
    // `\ud835\udfcf`: the second half takes the first off the tape again.
    const first = tape.before(1);
    tape.bend();
    tape.length -= 1;
    const whole = (first - 0xd800) * 0x400 + point - 0xdc00 + 0x10000;
    fold(tape, decisionOf(whole), whole, tape.startOf(tape.length), end);
  } else if (point >= 0xd800 && point <= 0xdfff) tape.write(point, start, end);
  else fold(tape, decisionOf(point), point, start, end);
}

function isHalf(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

/** A decoded control character separates but never ends a line: findings stay on the line they are written on. */
function visible(code: number): number {
  return code < 0x20 || code === 0x7f ? 0x20 : code;
}

/** Writes one code point beyond ASCII as it was decided. */
export function fold(tape: Tape, code: number, point: number, start: number, end: number): void {
  if (code < ambiguous && code !== neutral) {
    tape.changed = true;
    put(tape, code, start, end);
    return;
  }
  const raw = end - start === (point < 0x10000 ? 1 : 2);
  if (code === kept) keep(tape, point, start, end, raw);
  else if (code === dropped) drop(tape, start, end, raw);
  else if (code === marking) mark(tape, point, start, end, raw);
  else {
    tape.changed = true;
    if (code === special) expand(tape, point, start, end);
    else if (code > special) put(tape, isHyphen(tape, code === rangeDash, end) ? 0x2d : neutral, start, end);
    else if (code === neutral) separate(tape, start, end, raw);
    else {
      const meant = meaning(code, tape.before(1), tape.source, end);
      if (meant === kept) keep(tape, point, start, end, raw);
      else put(tape, meant, start, end);
    }
  }
}

function keep(tape: Tape, point: number, start: number, end: number, raw: boolean): void {
  if (tape.ampersand >= 0) closeReference(tape, 0x80);
  if (point < 0x10000) tape.write(point, start, end);
  else {
    const text = String.fromCodePoint(point);
    tape.write(text.charCodeAt(0), start, raw ? start + 1 : end);
    tape.write(text.charCodeAt(1), raw ? start + 1 : start, end);
  }
}

function separate(tape: Tape, start: number, end: number, raw: boolean): void {
  if (tape.ampersand >= 0) closeReference(tape, neutral);
  if (raw) for (let at = start; at < end; at += 1) tape.write(neutral, at, at + 1);
  else tape.write(neutral, start, end);
}

function drop(tape: Tape, start: number, end: number, raw: boolean): void {
  // Beside what separates already, separating keeps text and source in step.
  if (tape.before(1) === neutral && tape.reached === start) separate(tape, start, end, raw);
  else {
    tape.bend();
    tape.changed = true;
  }
}

/** A mark belongs to what it stands on: dropped on ASCII, where it is decoration, kept on letters that stay. */
function mark(tape: Tape, point: number, start: number, end: number, raw: boolean): void {
  const last = tape.before(1);
  if (tape.reached !== start || (last < 0x20 && last !== neutral)) {
    tape.bend();
    tape.changed = true;
  } else if (last === neutral) separate(tape, start, end, raw);
  else if (last >= 0x80) keep(tape, point, start, end, raw);
  else {
    tape.changed = true;
    tape.extend(end);
  }
}

function expand(tape: Tape, point: number, start: number, end: number): void {
  const text = expansionOf(point);
  tape.reserve(text.length, end);
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) put(tape, unit, start, end);
    else tape.write(unit, start, end);
  }
}
