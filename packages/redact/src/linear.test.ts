import { describe, expect, it } from '@jest/globals';
import { Redactor } from './redactor.js';

const redactor = new Redactor();
const size = 1 << 18;
const fill = (part: string, length = size): string => part.repeat(Math.ceil(length / part.length)).slice(0, length);

/** Processor time in ms, because a busy machine stretches the clock. */
function cost(text: string): number {
  const before = process.cpuUsage();
  redactor.redact(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

// Below this, compiling and collecting garbage cost more than the text; quadratic work on 64 Ki takes seconds.
const leastMs = 5;
const rounds = 8;
const mostGrowth = 10;

/** Least cost of four times the text by least cost of the text; noise only adds, so measuring stops when it is small. */
function growth(part: string): number {
  const [short, long] = [fill(part, size / 4), fill(part)];
  let [least, leastLong] = [Infinity, Infinity];
  for (let round = 0; round < rounds; round += 1) {
    least = Math.min(least, cost(short));
    leastLong = Math.min(leastLong, cost(long));
    if (leastLong <= Math.max(least, leastMs) * mostGrowth) break;
  }
  return leastLong / Math.max(least, leastMs);
}

describe('time', () => {
  it.each([
    'a.', 'a@', '"@', 'a@b.', '@', 'BEGIN', '-----BEGIN ', '-----BEGIN PRIVATE KEY-----', '-----BEGIN PRIVATE KEY-----\n', '-----', '1-', '1 ', '1.', '1:', '::', ':', '://', 'a://b:', 'a://a:b@', '%25', '%E4%BD',
    '&#', '&amp;', 'eyJ', 'eyJa.', 'ghp_', 'sk-proj-', 'AIza-', 'M.', 'password=', 'password="', 'token=', 'token=a', 'token=x:token=y:', 'Bearer ', '12345678 ', '123456789 ', '4111 ', '+1', 'é', 'e\u0301', '\u200b', '😀', 'a', '0', '-', '_',
  ])('grows with the text and no faster on %j', (part) => {
    // Quadratic work would be sixteen times as much.
    expect(growth(part)).toBeLessThanOrEqual(mostGrowth);
  }, 60_000);
});
