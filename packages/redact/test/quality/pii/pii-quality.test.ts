import { describe, expect, it } from '@jest/globals';
import { Redactor } from '@enforcecore/redact';
import { CompromiseRecognizer } from '@enforcecore/redact/compromise';
import { benignTexts, categories, families, joinedSamples, measurePii, namedProse, piiSamples, recogniserCases, reportsPerThousand, shareExact, shareGone, surroundedSamples, unseen, type Detect, type Label, type QualityRow, type Sample } from './measure.js';

const all = new Redactor({ secrets: false, categories: categories.filter((category) => category !== 'person_name') });
const usual = new Redactor({ secrets: false });
const detectAll: Detect = (text) => all.detect(text);
const detectUsual: Detect = (text) => usual.detect(text);

/** Lowest recall and precision by category, a little below what is reached. */
type Least = Readonly<Record<string, readonly [recall: number, precision: number]>>;

function below(rows: readonly QualityRow[], least: Least): string[] {
  return rows.flatMap(({ category, labels, recall, precision }) => {
    const [leastRecall, leastPrecision] = least[category] ?? [0, 0];
    if (recall >= leastRecall && precision >= leastPrecision) return [];
    return [`${category}: recall ${recall.toFixed(3)}, precision ${precision.toFixed(3)} over ${labels}`];
  });
}

describe('personal data in texts of every kind', () => {
  const samples = piiSamples(5, 11);

  it('is found by category', () => {
    const least: Least = {
      email: [0.99, 0.99], phone: [0.965, 0.98], ssn: [0.98, 0.98], credit_card: [0.975, 0.985], ip_address: [0.99, 0.99], iban: [0.99, 0.99], passport: [0.965, 0.98], national_id: [0.955, 0.84],
      date_of_birth: [0.98, 0.98], crypto_address: [0.98, 0.98], mac_address: [0.9, 0.98], driver_license: [0.9, 0.97], medical_id: [0.6, 0.97], bank_account: [0.95, 0.97], itin: [0.9, 0.96],
    };

    expect(below(measurePii(detectAll, samples), least)).toEqual([]);
  });

  it('is found with the default categories alone', () => {
    const least: Least = { email: [0.99, 0.99], phone: [0.965, 0.97], ssn: [0.98, 0.98], credit_card: [0.975, 0.985], ip_address: [0.99, 0.99] };

    expect(below(measurePii(detectUsual, samples), least)).toEqual([]);
  });

  it('is found in texts that were not looked at while the rules were made', () => {
    const least: Least = {
      email: [0.99, 0.99], phone: [0.955, 0.98], ssn: [0.98, 0.98], credit_card: [0.98, 0.98], ip_address: [0.98, 0.98], iban: [0.98, 0.98], passport: [0.93, 0.97], national_id: [0.97, 0.92],
      date_of_birth: [0.79, 0.97], crypto_address: [0.97, 0.97], mac_address: [0.97, 0.97], driver_license: [0.63, 0.95], bank_account: [0.97, 0.95],
    };

    expect(below(measurePii(detectAll, piiSamples(5, 13, unseen)), least)).toEqual([]);
  });

  it('is told apart when several things stand on one line', () => {
    const least: Least = { email: [0.99, 0.99], phone: [0.95, 0.975], ssn: [0.98, 0.97], credit_card: [0.97, 0.98], ip_address: [0.98, 0.98], iban: [0.98, 0.98], passport: [0.97, 0.95], national_id: [0.96, 0.82] };

    expect(below(measurePii(detectAll, joinedSamples(samples, ' ', 4, 14)), least)).toEqual([]);
  });

  it('is found between quotes, brackets, markup and other scripts', () => {
    const least: Least = { email: [0.99, 0.99], phone: [0.96, 0.98], ssn: [0.97, 0.98], credit_card: [0.97, 0.98], ip_address: [0.96, 0.98], iban: [0.99, 0.99], crypto_address: [0.97, 0.98], mac_address: [0.94, 0.98] };

    expect(below(measurePii(detectAll, surroundedSamples(3, 15)), least)).toEqual([]);
  });

  it('leaves nothing of an address in the redacted text', async () => {
    expect(await shareGone((text) => usual.redact(text).text, 'email', withLabel(samples, 'email'))).toBeGreaterThanOrEqual(0.99);
  });
});

describe('single values, right and wrong ones', () => {
  it.each([
    ['email', 0.98], ['phone', 0.98], ['ssn', 0.97], ['credit_card', 0.98], ['ip_address', 0.98], ['iban', 0.98], ['passport', 0.97], ['national_id', 0.94], ['itin', 0.92], ['driver_license', 0.96],
    ['medical_id', 0.85], ['bank_account', 0.96], ['date_of_birth', 0.94], ['crypto_address', 0.96], ['mac_address', 0.95], ['vin', 0.9], ['license_plate', 0.9],
  ] as const)('are told apart: %s', (category, least) => {
    expect(shareExact(detectAll, category)).toBeGreaterThanOrEqual(least);
  });
});

describe('texts that hold nothing personal', () => {
  const texts = benignTexts(10, 21);

  it.each([['the default categories', detectUsual, 3], ['all categories', detectAll, 3.5]] as const)('raise few alarms with %s', (_, detect, most) => {
    expect(reportsPerThousand(detect, texts)).toBeLessThanOrEqual(most);
  });
});

describe('names of people', () => {
  it.each([
    ['forms, letters and records', withLabel(piiSamples(1, 31), 'person_name'), 0.93, 0.97],
    ['prose full of other capitals', namedProse, 0.7, 0.93],
    ['texts that were not looked at', withLabel(piiSamples(1, 32, unseen), 'person_name'), 0.8, 0.97],
  ] as const)('are found in %s', async (_, samples, recall, precision) => {
    const recognizer = await CompromiseRecognizer.load();
    const detect = (text: string): readonly Label[] => recognizer.recognize(text, { categories: ['person_name'], threshold: 0.8, language: 'en' });

    expect(below(measurePii(detect, samples), { person_name: [recall, precision] })).toEqual([]);
  });
});

describe('the corpora', () => {
  it('are varied enough', () => {
    expect(families.flatMap(({ templates }) => templates).length).toBeGreaterThan(350);
    expect(recogniserCases.length).toBeGreaterThan(950);
    expect(new Set(benignTexts(10, 21)).size).toBeGreaterThan(2_500);
  });
});

function withLabel(samples: readonly Sample[], category: string): Sample[] {
  return samples.filter(({ labels }) => labels.some((label) => label.category === category));
}
