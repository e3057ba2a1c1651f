import { describe, expect, it } from '@jest/globals';
import { piiCategories } from '../../src/pii/pii-categories.js';
import { Redactor } from '../../src/redactor.js';

const size = 1 << 16;
const rounds = 3;
const roundsOfProse = 12;
// Several times what is measured outside of the test runner, where calls between modules are cheaper; quadratic work is far beyond.
const usual = 120;
const every = 450;
const fill = (part: string): string => part.repeat(Math.ceil(size / part.length)).slice(0, size);
const prose = fill('The quarterly report shows steady growth in the northern region, and the board thanked everyone who had worked on it. ');

/** Least processor time of a few runs, because a busy machine stretches the clock and the first run compiles. */
function cost(redactor: Redactor, text: string, times = rounds): number {
  let least = Infinity;
  for (let round = 0; round < times; round += 1) {
    const before = process.cpuUsage();
    redactor.redact(text);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, user + system);
  }
  return least;
}

const parts = [
  '1-', '1 ', '1.', '1:', '1/', '1)', '(1)', ':', '::', '12-', '12.', '00-', '555-', '123-45-', '2024 ', '4111 ', '12345678 ', '123456789 ', '0', '0 4 1 ', '1a ',
  'a@', '"@', 'a@b.', '+1', '+1 ', 'DE89', 'GB29 ', 'AB 12 ', '12/03/', 'jan 1 ', 'id 1 ', '0x', 'ff:', 'a:',
];

describe.each([
  ['the usual categories', new Redactor(), usual],
  ['every category', new Redactor({ categories: piiCategories }), every],
] as const)('with %s', (_, redactor, most) => {
  const plain = cost(redactor, prose, roundsOfProse);

  it.each(parts)('no character of %j repeated costs many times one of prose', (part) => {
    expect(cost(redactor, fill(part)) / plain).toBeLessThanOrEqual(most);
  }, 30_000);
});
