import type { Sink } from '../../finding.js';
import type { Plan } from '../../plan.js';

const longestLine = 44;
// ICAO 9303: names and numbers of passports (44), identity cards (30, 36) and visas, filled with `<`.
const passportName = /^[PV][A-Z<][A-Z](?:[A-Z]{2}|<<)[A-Z<]*<<[A-Z<]*$/;
const passportNumber = /^[A-Z0-9<]{9}[0-9<][A-Z]{1,3}<{0,2}\d{7}[MFX<]\d{7}[A-Z0-9<]{2,16}$/;
const cardNumber = /^[IAC][A-Z0-9<][A-Z]{1,3}<{0,2}[A-Z0-9<]{9}[0-9<][A-Z0-9<]*$/;
const cardBirth = /^\d{7}[MFX<]\d{7}[A-Z]{1,3}<{0,2}[A-Z0-9<]*\d$/;
const cardName = /^(?:[IAC][A-Z<][A-Z](?:[A-Z]{2}|<<))?[A-Z]+(?:<[A-Z]+)*<<[A-Z<]*$/;

/** Records the machine-readable line this run stands in. */
export function mrzAround(text: string, start: number, end: number, plan: Plan, sink: Sink): void {
  let from = start;
  while (from > 0 && end - from < longestLine && isMrz(text.charCodeAt(from - 1))) from -= 1;
  let to = end;
  while (to < text.length && to - from <= longestLine && isMrz(text.charCodeAt(to))) to += 1;
  const line = text.slice(from, to);
  if (!line.includes('<')) return;
  const category = kindOf(line);
  if (category !== undefined && plan.pii.has(category)) sink.pii(category, from, to);
}

function kindOf(line: string): string | undefined {
  const { length } = line;
  if (length > longestLine) return undefined;
  if (length >= 20 && passportName.test(line)) return 'passport';
  if (length >= 30 && passportNumber.test(line)) return 'passport';
  if ((length === 30 || length === 36) && (cardNumber.test(line) || cardBirth.test(line) || cardName.test(line))) return 'national_id';
  return undefined;
}

function isMrz(c: number): boolean {
  return (c >= 0x41 && c <= 0x5a) || (c >= 0x30 && c <= 0x39) || c === 0x3c;
}
