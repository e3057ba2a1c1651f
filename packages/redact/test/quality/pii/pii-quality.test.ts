import { describe, expect, it } from '@jest/globals';
import { Redactor } from '@enforcecore/redact';
import { CompromiseRecognizer } from '@enforcecore/redact/compromise';
import { benignTexts, categories, families, measurePii, namedProse, piiSamples, recogniserCases, reportsPerThousand, shareExact, unseen, type Detect, type Label, type QualityRow } from './measure.js';

const patterned = categories.filter((category) => category !== 'person_name');
const all = new Redactor({ secrets: false, categories: patterned });
const usual = new Redactor({ secrets: false });
const detectAll: Detect = (text) => all.detect(text);
const detectUsual: Detect = (text) => usual.detect(text);

/** Lowest recall and precision by category, a little below what is reached. */
type Least = Readonly<Record<string, readonly [recall: number, precision: number]>>;

function below(rows: readonly QualityRow[], least: Least): string[] {
  return rows.flatMap(({ category, labels, recall, precision }) => {
    const [recallLeast, precisionLeast] = least[category] ?? [0, 0];
    if (recall >= recallLeast && precision >= precisionLeast) return [];
    return [`${category}: recall ${recall.toFixed(3)}, precision ${precision.toFixed(3)} over ${labels}`];
  });
}

describe('personal data in texts of every kind', () => {
  it('is found by category', () => {
    const least: Least = {
      email: [0.99, 0.99], phone: [0.95, 0.98], ssn: [0.95, 0.97], credit_card: [0.95, 0.98], ip_address: [0.98, 0.98], iban: [0.98, 0.99],
    };

    expect(below(measurePii(detectAll, piiSamples(5, 11)), least)).toEqual([]);
  });

  it('is found with the default categories alone', () => {
    const least: Least = { email: [0.99, 0.99], phone: [0.95, 0.96], ssn: [0.97, 0.97], credit_card: [0.95, 0.98], ip_address: [0.98, 0.98] };

    expect(below(measurePii(detectUsual, piiSamples(5, 12)), least)).toEqual([]);
  });

  it('is found in texts that nobody looked at while the rules were made', () => {
    const least: Least = { email: [0.99, 0.99], phone: [0.94, 0.98], ssn: [0.7, 0.97], credit_card: [0.95, 0.98], ip_address: [0.97, 0.97], iban: [0.98, 0.98] };

    expect(below(measurePii(detectAll, piiSamples(5, 13, unseen)), least)).toEqual([]);
  });

  it('comes from more than 300 templates and 1,300 snippets', () => {
    expect(families.reduce((sum, { templates }) => sum + templates.length, 0)).toBeGreaterThan(300);
    expect(recogniserCases.length).toBeGreaterThan(900);
  });
});

describe('single values, right and wrong ones', () => {
  it.each([['email', 0.99]] as const)('are told apart: %s', (category, least) => {
    expect(shareExact(detectAll, category)).toBeGreaterThanOrEqual(least);
  });
});

describe('texts that hold nothing personal', () => {
  it.each([['the default categories', detectUsual, 2], ['all categories', detectAll, 4]] as const)('raise few alarms with %s', (_, detect, most) => {
    const texts = benignTexts(10, 21);

    expect(texts.length).toBeGreaterThan(3_000);
    expect(reportsPerThousand(detect, texts)).toBeLessThanOrEqual(most);
  });
});

describe('names', () => {
  it('are found by the recogniser', async () => {
    const recognizer = await CompromiseRecognizer.load();
    const detect = (text: string): readonly Label[] => recognizer.recognize(text, { categories: ['person_name'], threshold: 0.8, language: 'en' });
    const withNames = piiSamples(1, 31).filter(({ labels }) => labels.some(({ category }) => category === 'person_name'));

    expect(below(measurePii(detect, withNames), { person_name: [0.85, 0.95] })).toEqual([]);
    expect(below(measurePii(detect, namedProse), { person_name: [0.65, 0.85] })).toEqual([]);
  });
});
