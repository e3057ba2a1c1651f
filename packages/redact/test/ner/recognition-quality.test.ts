import { beforeAll, describe, expect, it } from '@jest/globals';
import type { RecognizedEntity } from '../../src/ner/entity-recognizer.js';
import { CompromiseRecognizer } from '../../src/ner/compromise.js';
import { benignSentences } from './benign-sentences.js';
import { heldLabelled, labelled, variedLabelled } from './labelled-set.js';
import { measure } from './measure.js';

const categories = ['person_name', 'location', 'organization'];
let recognizer: CompromiseRecognizer;

const recognize = (text: string): readonly RecognizedEntity[] => recognizer.recognize(text, { categories, threshold: 0.8, language: 'en' });

beforeAll(async () => {
  recognizer = await CompromiseRecognizer.load();
});

describe.each([['tuned', labelled], ['held out', heldLabelled], ['varied', variedLabelled]] as const)('names in the %s sentences', (_, set) => {
  it.each(categories)('are found, and little else: %s', (category) => {
    const { recall, precision, missed, wrong } = measure(set, category, recognize);

    expect({ enough: recall >= 0.9, precise: precision >= 0.9, missed: missed.slice(0, recall >= 0.9 ? 0 : 10), wrong: wrong.slice(0, precision >= 0.9 ? 0 : 10) }).toEqual({ enough: true, precise: true, missed: [], wrong: [] });
  });
});

describe('sentences whose names were replaced', () => {
  it.each([(category: string) => `<${category.toUpperCase()}>`, () => '********', () => '[HMAC:0123456789abcdef]', (category: string) => `⟦${category.toUpperCase()}_1⟧`])('hold none to replace again', (replacement) => {
    const again = heldLabelled.map(({ text }) => replaced(text, replacement)).filter((text) => recognize(text).length > 0);

    expect(again).toEqual([]);
  });
});

function replaced(text: string, replacement: (category: string) => string): string {
  let out = '';
  let from = 0;
  for (const { category, start, end } of recognize(text)) {
    out += text.slice(from, start) + replacement(category);
    from = end;
  }
  return out + text.slice(from);
}

describe('sentences without people', () => {
  it('raise at most one alarm in a hundred, though they are meant to mislead', () => {
    const alarms = benignSentences.filter((text) => recognize(text).some(({ category }) => category === 'person_name'));

    expect(alarms.slice(Math.floor(benignSentences.length / 100))).toEqual([]);
  });

  it('are varied enough, as the labelled ones are', () => {
    expect(new Set(benignSentences).size).toBeGreaterThanOrEqual(150);
    expect(new Set([...labelled, ...heldLabelled, ...variedLabelled].map(({ text }) => text)).size).toBeGreaterThanOrEqual(800);
  });
});
