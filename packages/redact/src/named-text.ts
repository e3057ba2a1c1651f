import type { Sink } from './finding.js';
import type { Plan } from './plan.js';
import type { Scanner } from './scan.js';
import { judge } from './secrets/assignments.js';
import { keyKind } from './secrets/key-kind.js';

const numberName =
  /ssn|social|phone|mobile|cell|fax|sms|tel|card|passport|pan$|cc_?(?:num|no)|iban|dob|birth|born|licen[cs]e|nhs|nin|national|tax|tin|account|acct|routing|mrn|medical|patient|insurance|vin|plate|identity|personal/i;
const longestNumber = 64;
const longestSecret = 1024;

/** What the name a text stands under adds: `{ password: 'hunter2' }` is `password=hunter2` written as a value. */
export function scanNamed(text: string, name: string, plan: Plan, scanner: Scanner, sink: Sink): void {
  if (plan.tokens !== undefined && text.length <= longestSecret && !text.includes('\n')) {
    const kind = keyKind(name, 0, name.length);
    const category = kind === undefined || kind === 'authorization' ? undefined : judge(kind, text, { quoted: true });
    if (category !== undefined && plan.secrets.has(category)) sink.secret(category, 0, text.length);
  }
  if (text.length > longestNumber || !numberName.test(name) || !/\d/.test(text)) return;
  const lead = `${name.slice(0, 24)}: `;
  const inner: typeof sink.found = [];
  const before = sink.found.length;
  scanner.scan(lead + text, false, sink);
  for (const found of sink.found.splice(before)) if (found.start >= lead.length && found.kind === 'pii') inner.push(found);
  for (const { category, start, end } of inner) sink.pii(category, start - lead.length, end - lead.length);
}
