import { describe, expect, it } from '@jest/globals';
import { piiCategories } from '../../src/pii/pii-categories.js';
import { Redactor } from '../../src/redactor.js';

const size = 1 << 16;
const rounds = 6;
/** Below this, compiling and collecting garbage cost more than the text. */
const leastUs = 10_000;
/** Four times the text: quadratic work would be sixteen times as much. */
const mostGrowth = 10;
const fill = (part: string, length: number): string => part.repeat(Math.ceil(length / part.length)).slice(0, length);

/** Processor time in microseconds, because a busy machine stretches the clock. */
function cost(redactor: Redactor, text: string): number {
  const before = process.cpuUsage();
  redactor.redact(text);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Noise only adds, so measuring stops when the least of several runs is small enough. */
function growth(redactor: Redactor, part: string): number {
  const [short, long] = [fill(part, size / 4), fill(part, size)];
  let [least, leastLong] = [Infinity, Infinity];
  for (let round = 0; round < rounds; round += 1) {
    least = Math.min(least, cost(redactor, short));
    leastLong = Math.min(leastLong, cost(redactor, long));
    if (leastLong <= Math.max(least, leastUs) * mostGrowth) break;
  }
  return leastLong / Math.max(least, leastUs);
}

const parts = [
  '1-', '1 ', '1.', '1:', '1/', '1)', '(1)', ':', '::', '12-', '12.', '00-', '555-', '123-45-', '2024 ', '4111 ', '12345678 ', '123456789 ', '0', '0 4 1 ', '1a ',
  'a@', '"@', 'a@b.', '+1', '+1 ', 'DE89', 'GB29 ', 'AB 12 ', '12/03/', 'jan 1 ', 'id 1 ', '0x', 'ff:', 'a:',
];

describe.each([
  ['the usual categories', new Redactor()],
  ['every category', new Redactor({ categories: piiCategories })],
] as const)('with %s', (_, redactor) => {
  it.each(parts)('time grows with the text and no faster on %j', (part) => {
    expect(growth(redactor, part)).toBeLessThanOrEqual(mostGrowth);
  }, 30_000);
});
