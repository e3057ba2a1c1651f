import { describe, expect, it } from '@jest/globals';
import { piiCategories } from '../../src/categories.js';
import { Redactor } from '../../src/redactor.js';
import { births, dates, ibans, namedIds, passports, strongIds } from './generated.js';
import { cryptoAddresses, handIbans, handOthers, handPassports } from './hand-written.js';
import { negatives } from './negatives.js';
import type { Sample } from './sample.js';

const redactor = new Redactor({ secrets: false, categories: piiCategories });

/** Samples whose value is found whole and as what it is. */
function share(samples: readonly Sample[]): number {
  const missed = samples.filter(({ text, value, category }) => {
    const start = text.lastIndexOf(value);
    return !redactor.detect(text).some((found) => found.category === category && found.start === start && found.end === start + value.length);
  });
  if (process.env['SHOW']) for (const m of missed) console.log(m.category, JSON.stringify(m.text), m.value, JSON.stringify(redactor.detect(m.text)));
  return 1 - missed.length / samples.length;
}

/** Of what is called `category` in all texts, the part that is. */
function precision(category: string): number {
  let [right, all] = [0, 0];
  for (const { text, value, category: wanted } of [...everything, ...negatives.map((text) => ({ text, value: '', category: '' }))]) {
    const start = text.lastIndexOf(value);
    for (const found of redactor.detect(text)) {
      if (found.category !== category) continue;
      all += 1;
      if (wanted === category && found.start < start + value.length && found.end > start) right += 1;
      else if (process.env['SHOW']) console.log('WRONG', category, JSON.stringify(text), text.slice(found.start, found.end));
    }
  }
  return all === 0 ? 1 : right / all;
}

const everything = [...ibans, ...passports, ...strongIds, ...namedIds, ...births, ...dates, ...handIbans, ...handPassports, ...handOthers, ...cryptoAddresses];

describe('documents', () => {
  it.each([
    ['IBANs', ibans, 0.995], ['IBANs by hand', handIbans, 0.995], ['passports', passports, 0.95], ['passports by hand', handPassports, 0.95], ['ids by form', strongIds, 0.9], ['ids by name', namedIds, 0.9],
    ['births', births, 0.95], ['dates', dates, 0.95], ['crypto addresses', cryptoAddresses, 0.98], ['others', handOthers, 0.9],
  ] as const)('finds %s', (_, samples, least) => {
    expect(share(samples)).toBeGreaterThanOrEqual(least);
  });

  it.each([
    ['iban', 0.95], ['passport', 0.8], ['national_id', 0.8], ['date_of_birth', 0.9], ['date_time', 0.9], ['crypto_address', 0.98], ['mac_address', 0.95], ['driver_license', 0.8], ['medical_id', 0.8], ['bank_account', 0.8],
  ])('is right about %s', (category, least) => {
    expect(precision(category)).toBeGreaterThanOrEqual(least);
  });
});
