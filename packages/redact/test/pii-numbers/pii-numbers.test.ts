import { describe, expect, it } from '@jest/globals';
import { Redactor } from '../../src/redactor.js';
import { generated, ordinary } from './generated.js';
import { labelled, type Labelled } from './labelled.js';
import { negatives } from './negatives.js';
import { positives } from './positives.js';

const redactor = new Redactor({ secrets: false });

interface Found {
  readonly category: string;
  readonly start: number;
  readonly value: string;
}

function found(text: string): Found[] {
  return redactor.detect(text).map(({ category, start, end }) => ({ category, start, value: text.slice(start, end) }));
}

const keyOf = ({ category, start, value }: Found): string => `${category} ${String(start)} ${value}`;

/** Share of values found whole, and share of findings that are values, by category and in percent. */
function scores(texts: readonly Labelled[]): ReadonlyMap<string, { recall: number; precision: number }> {
  const tally = new Map<string, { values: number; hits: number; reports: number }>();
  const of = (category: string): { values: number; hits: number; reports: number } => {
    const known = tally.get(category) ?? { values: 0, hits: 0, reports: 0 };
    tally.set(category, known);
    return known;
  };
  for (const { text, spans } of texts) {
    const reports = found(text);
    const keys = new Set(reports.map(keyOf));
    for (const report of reports) of(report.category).reports += 1;
    for (const span of spans) {
      of(span.category).values += 1;
      if (keys.has(keyOf(span))) of(span.category).hits += 1;
    }
  }
  return new Map(Array.from(tally, ([category, { values, hits, reports }]) => [category, { recall: (100 * hits) / values, precision: (100 * hits) / reports }]));
}

describe('numbers and addresses', () => {
  it.each(positives)('finds exactly what is marked in %s', (marked) => {
    const { text, spans } = labelled(marked);

    expect(found(text)).toEqual(spans.map(({ category, start, value }) => ({ category, start, value })));
  });

  it.each(negatives)('finds nothing in %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  const measured = scores([1, 2, 3].flatMap((seed) => generated(seed, 1500)));

  it.each([
    ['email', 99.5, 99], ['phone', 98.5, 98], ['ssn', 99, 99], ['credit_card', 99, 99], ['ip_address', 98, 98],
  ] as const)('finds %s in generated texts, %d of 100, and %d of 100 findings are right', (category, recall, precision) => {
    const score = measured.get(category);

    expect(score?.recall).toBeGreaterThanOrEqual(recall);
    expect(score?.precision).toBeGreaterThanOrEqual(precision);
  });

  it('reports fewer than 2 of 1,000 numbers that are nobody\'s', () => {
    const hit = ordinary(9, 3000).filter((text) => found(text).length > 0);

    expect(hit.length).toBeLessThan(6);
  });

  it('leaves what it wrote itself alone', () => {
    for (const { text } of generated(4, 300)) {
      const once = redactor.redact(text).text;

      expect(redactor.redact(once).text).toBe(once);
    }
  });
});
