import { isAlnum, isDigit } from '../char-class.js';
import { decisionOf } from './decisions.js';
import { kept } from './look-alikes.js';
import type { Tape } from './tape.js';

/** Whether a dash before the source unit `next` is a hyphen inside a value; `range` tells one that often is. */
export function isHyphen(tape: Tape, range: boolean, next: number): boolean {
  const last = tape.before(1);
  if (isDigit(last) || last === 0x2d) return true;
  if (!isAlnum(last)) return false;
  return range ? becomesWord(tape.source.codePointAt(next)) : isInHost(tape) || isBeforeToken(tape.source, next);
}

/** Behind an `@` and before the first dot: `john@mail—box.example`. */
function isInHost(tape: Tape): boolean {
  for (let back = 1; back < 64; back += 1) {
    const c = tape.before(back);
    if (c === 0x40) return back > 1;
    if (!isAlnum(c) && c !== 0x2d) return false;
  }
  return false;
}

/** Ten letters and digits, both, are no word after a pause. */
function isBeforeToken(source: string, from: number): boolean {
  let digits = 0;
  for (let i = from; i < from + 10; i += 1) {
    const c = source.charCodeAt(i);
    if (!isAlnum(c)) return false;
    if (isDigit(c)) digits += 1;
  }
  return digits > 0;
}

function becomesWord(point: number | undefined): boolean {
  if (point === undefined) return false;
  const code = point < 0x80 ? point : decisionOf(point);
  return code < kept && isAlnum(code & 0x7f);
}
