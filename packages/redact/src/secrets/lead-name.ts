import { isRun } from '../char-class.js';
import { isOf, NAME } from './lead-units.js';

/** What stands before a value: its name, the sign between, and how the value is written. */
export interface Lead {
  /** Where the words before the value begin. */
  readonly start: number;
  /** The last part of them, as code would call it. */
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly valueStart: number;
  /** The quote that has to end the value, 0 for none. */
  readonly quote: number;
  /** Just `=` or `:` between name and value, so that the sign has brought the pair up already. */
  readonly plain: boolean;
  /** Nothing but a space or a comma of prose between them: only an issuer's exact shape counts. */
  readonly loose: boolean;
}

export const longestName = 56;

export function leadOf(text: string, start: number, end: number, valueStart: number, quote: number, plain: boolean, loose: boolean): Lead {
  return { start, nameStart: lastPart(text, start, end), nameEnd: end, valueStart, quote, plain, loose };
}

/** The words before a value in lower case, with `_` between them. */
export function nameOf(text: string, { start, nameEnd }: Lead): string {
  return text.slice(start, nameEnd).toLowerCase().replaceAll(/[- \t.]/g, '_');
}

export function startOfName(text: string, end: number): number {
  let start = end;
  const limit = Math.max(0, end - longestName);
  while (start > limit && isOf(NAME, text.charCodeAt(start - 1))) start -= 1;
  return start;
}

export function lastPart(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isRun(text.charCodeAt(at - 1))) at -= 1;
  return at;
}
