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

const dotted = /[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![0-9A-Za-z_]|[.-][0-9A-Za-z])/y;

/** `001a.2b3c.4d5e`, seen from the group that holds the first digit. */
export function dottedMacAt(text: string, start: number, sink: Sink): void {
  let from = start;
  for (let step = 0; step < 2 && text.charCodeAt(from - 1) === 0x2e; step += 1) from -= 5;
  if (from < 0 || text.charCodeAt(from + 4) !== 0x2e || text.charCodeAt(from + 9) !== 0x2e) return;
  const before = from > 0 ? text.charCodeAt(from - 1) : 0;
  if (isAlnum(before) || before === 0x2e || before === 0x5f) return;
  dotted.lastIndex = from;
  if (dotted.test(text)) sink.pii('mac_address', from, dotted.lastIndex);
}
