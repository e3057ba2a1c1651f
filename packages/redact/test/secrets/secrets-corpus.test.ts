import { describe, expect, it } from '@jest/globals';
import { Redactor } from '../../src/redactor.js';
import { benignTexts, nearMisses } from './negatives.js';
import { genericSamples, namedSamples, type Sample } from './positives.js';
import { prefixedSamples, vendorNameSamples } from './vendors.js';

const redactor = new Redactor({ categories: [] });
// Two draws, so that no rule fits one only.
const seeds = [11, 4711];

function isHidden({ text, value }: Sample): boolean {
  const at = text.indexOf(value);
  return redactor.detect(text).some(({ start, end }) => start <= at && end >= at + value.length);
}

function missed(samples: readonly Sample[]): readonly string[] {
  return samples.filter((sample) => !isHidden(sample)).map(({ category, form, text }) => `${category} / ${form}: ${text.slice(0, 160)}`);
}

/** Fails with what was missed, so that a red run says what to look at. */
function expectRecall(samples: readonly Sample[], least: number): void {
  const lost = missed(samples);
  expect(lost.length / samples.length <= 1 - least ? [] : lost).toEqual([]);
}

function flagged(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => redactor.detect(text).map(({ category, start, end }) => `${category}: ${text.slice(start, end)} in ${text.slice(0, 120)}`));
}

describe.each(seeds)('secrets drawn with seed %i', (seed) => {
  const named = namedSamples(seed);

  it.each([...new Set(named.map(({ category }) => category))])('finds %s in at least 95 %% of its forms', (category) => {
    expectRecall(named.filter((sample) => sample.category === category), 0.95);
  });

  it('finds at least 95 % of the tokens that speak for themselves', () => {
    expectRecall(prefixedSamples(seed), 0.95);
  });

  it('finds at least 90 % of what only the issuer in the name gives away', () => {
    expectRecall(vendorNameSamples(seed), 0.9);
  });

  it('finds at least 85 % of secrets without a format', () => {
    expectRecall(genericSamples(seed), 0.85);
  });

  it('takes at most 5 % of near misses for secrets', () => {
    const texts = nearMisses(seed);
    const found = flagged(texts);

    expect(found.length <= texts.length * 0.05 ? [] : found).toEqual([]);
  });

  it('takes at most 1 % of harmless lines for secrets', () => {
    const texts = benignTexts(seed);
    const found = flagged(texts);

    expect(found.length <= texts.length * 0.01 ? [] : found).toEqual([]);
  });
});
