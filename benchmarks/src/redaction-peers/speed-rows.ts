import { cleanText, fresh, longText, piiText, rotate, secretText } from '../texts.js';
import type { Purpose } from './product.js';

/** One line of the table of speeds. */
export interface SpeedRow {
  readonly name: string;
  readonly about: string;
  readonly purpose: Purpose;
  readonly text: (i: number) => string;
  /** What ours has to find in every text, so that it measures what it says. */
  readonly least: number;
}

/** Who does not look for what a row is about is not timed on it. */
export const speedRows: readonly SpeedRow[] = [
  { name: 'pii 130', about: '130 characters with e-mail, phone and SSN', purpose: 'pii', text: rotate(piiText), least: 3 },
  { name: 'pii clean 130', about: '130 characters with nothing to hide', purpose: 'pii', text: rotate(cleanText), least: 0 },
  { name: 'pii 2KB', about: '2048 characters with 12 things to hide', purpose: 'pii', text: rotate(longText), least: 12 },
  { name: 'pii clean 2KB', about: '2048 characters with nothing to hide', purpose: 'pii', text: rotate((n) => clean(n, 2_048)), least: 0 },
  { name: 'pii JSON 2KB', about: '2048 characters of JSON with numbers, times and four e-mail addresses', purpose: 'pii', text: rotate(records), least: 4 },
  { name: 'pii clean 100KB', about: '100 KB with nothing to hide', purpose: 'pii', text: rotate((n) => clean(n, 102_400)), least: 0 },
  { name: 'secrets clean 130', about: '130 characters with nothing to hide', purpose: 'secrets', text: rotate(cleanText), least: 0 },
  { name: 'secrets 150', about: '150 characters with a token of GitHub, AWS or Stripe', purpose: 'secrets', text: rotate((n) => fresh(`${secretText(n)} and tell me then.`.padEnd(150, '.').slice(0, 150))), least: 1 },
  { name: 'secrets clean 2KB', about: '2048 characters with nothing to hide', purpose: 'secrets', text: rotate((n) => clean(n, 2_048)), least: 0 },
  { name: 'secrets clean 100KB', about: '100 KB with nothing to hide', purpose: 'secrets', text: rotate((n) => clean(n, 102_400)), least: 0 },
  { name: 'all pii 2KB', about: 'everything looked for in 2048 characters with 12 things to hide', purpose: 'everything', text: rotate(longText), least: 12 },
  { name: 'all clean 2KB', about: 'everything looked for in 2048 characters with nothing to hide', purpose: 'everything', text: rotate((n) => clean(n, 2_048)), least: 0 },
  { name: 'all disguised 2KB', about: 'everything looked for in 2048 characters, 12 things to hide in full-width letters and digits', purpose: 'everything', text: rotate(disguised), least: 12 },
];

/** Sentences that differ, so that no engine remembers one of them. */
function clean(n: number, length: number): string {
  const lines: string[] = [];
  for (let i = 0, size = 0; size < length; i += 1) {
    const line = `${cleanText(10 + ((n * 7 + i * 13) % 90))}\n`;
    lines.push(line);
    size += line.length;
  }
  return fresh(lines.join('').slice(0, length));
}

function records(n: number): string {
  const list = Array.from({ length: 14 }, (_, i) => ({
    id: 4_100 + n * 20 + i,
    at: `2026-03-${String(10 + (i % 18))}T10:${String(n)}:0${String(i % 10)}Z`,
    state: i % 3 === 0 ? 'shipped' : 'waiting for payment',
    ...(i % 4 === 1 ? { mail: `client${String(n)}${String(i)}@corp-mail.org` } : {}),
    total: { amount: 12.5 * n + i, currency: 'EUR' },
    items: [i, i + 1, n],
  }));
  return fresh(JSON.stringify({ page: n, list }).padEnd(2_048, ' ').slice(0, 2_048));
}

/** Two-byte text: the values of `longText` with full-width letters and digits. */
function disguised(n: number): string {
  const wide = (text: string): string => text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
  return longText(n).replace(/(Contact: )(.{7,40}?)(\. (?:and so on|The shipment|and))/g, (_, before: string, value: string, after: string) => before + wide(value) + after);
}
