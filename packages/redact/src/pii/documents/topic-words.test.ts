import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { topicWords } from './topic-rules.js';
import { mayHoldTopic } from './topic-words.js';

const known = Array.from(topicWords.keys());

describe('the quick look at words', () => {
  it('passes on every word and phrase that names a number', () => {
    expect(known.filter((words) => !mayHoldTopic(`the ${words}: `))).toEqual([]);
    expect(known.filter((words) => words.toUpperCase().toLowerCase() === words && !mayHoldTopic(words.toUpperCase()))).toEqual([]);
  });

  it('passes on them glued in camel case, with apostrophes and as initials', () => {
    expect(['passportNumber', "driver's license", 'D.O.B.', 'd/o/b', 'Ausweis-Nr.', 'my_passport_no'].filter((words) => !mayHoldTopic(words))).toEqual([]);
  });

  it('passes on what is no plain English', () => {
    fc.assert(fc.property(fc.constantFrom('é', '’', '護照', '\u00a0'), (sign) => {
      expect(mayHoldTopic(`growth ${sign} region`)).toBe(true);
    }), { numRuns: 8 });
  });

  it('ends at words that say nothing', () => {
    expect(['', 'the report shows steady growth of ', '12 34', 'GB29 GB29 ', 'region, and '].filter((words) => mayHoldTopic(words))).toEqual([]);
  });
});
