import { isAlnum, isHex } from '../../char-class.js';
import type { Sink } from '../../finding.js';
import type { Plan } from '../../plan.js';

/** Six or eight pairs (EUI-48, EUI-64) with one sign between them; `at` is the first of these signs. */
export function macAround(text: string, at: number, plan: Plan, sink: Sink): void {
  const start = at - 2;
  if (!plan.mac || start < 0 || !isHex(text.charCodeAt(start)) || !isHex(text.charCodeAt(start + 1))) return;
  const sign = text.charCodeAt(at);
  const before = start > 0 ? text.charCodeAt(start - 1) : 0;
  if (isAlnum(before) || before === sign || before === 0x5f) return;
  let pairs = 1;
  while (pairs < 9 && text.charCodeAt(start + 3 * pairs - 1) === sign && isPair(text, start + 3 * pairs)) pairs += 1;
  const end = start + 3 * pairs - 1;
  if ((pairs !== 6 && pairs !== 8) || isAlnum(text.charCodeAt(end)) || glued(text, end, sign)) return;
  sink.pii('mac_address', start, end);
}

function isPair(text: string, at: number): boolean {
  return isHex(text.charCodeAt(at)) && isHex(text.charCodeAt(at + 1));
}

function glued(text: string, end: number, sign: number): boolean {
  return text.charCodeAt(end) === sign && isAlnum(text.charCodeAt(end + 1));
}

const dotted = /[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![\w.-]*\w)/y;
