import type { Sink } from './finding.js';
import type { Plan } from './plan.js';
import type { Scanner } from './scan.js';
import { judge } from './secrets/assignments.js';
import { keyKind } from './secrets/key-kind.js';

const numberName =
  /ssn|social|phone|mobile|cell|fax|sms|tel|card|passport|pan$|cc_?(?:num|no)|iban|dob|birth|born|licen[cs]e|nhs|nin|national|tax|tin|account|acct|routing|mrn|medical|patient|insurance|vin|plate|identity|personal|(?:^|_)mac(?:_|$)/i;
const longestNumber = 64;
const longestSecret = 1024;

/** Whether a name can add anything, to this text or to what is left of it. */
export function isTelling(name: string): boolean {
  return keyKind(name, 0, name.length) !== undefined || numberName.test(name);
}

/** What the name a text stands under adds: `{ password: 'hunter2' }` is `password=hunter2` written as a value. Most names add nothing. */
export function scanNamed(text: string, name: string, plan: Plan, scanner: Scanner, sink: Sink): void {
  if (plan.tokens !== undefined && text.length <= longestSecret && !text.includes('\n')) {
    const kind = keyKind(name, 0, name.length);
    if (kind === 'authorization') scanBehind('authorization: ', text, 'secret', scanner, sink);
    const category = kind === undefined || kind === 'authorization' ? undefined : judge(kind, text, { quoted: true });
    if (category !== undefined && plan.secrets.has(category)) sink.secret(category, 0, text.length);
  }
  if (text.length <= longestNumber && numberName.test(name) && /\d/.test(text)) scanBehind(`${name.slice(0, 24)}: `, text, 'pii', scanner, sink);
}

/** Scans the text with its name written before it, and keeps what is found in the text. */
function scanBehind(lead: string, text: string, wanted: 'pii' | 'secret', scanner: Scanner, sink: Sink): void {
  const before = sink.found.length;
  scanner.scan(lead + text, false, sink);
  for (const { kind, category, start, end } of sink.found.splice(before)) {
    if (start >= lead.length && kind === wanted) sink.found.push({ kind, category, start: start - lead.length, end: end - lead.length });
  }
}
