import { describe, expect, it } from '@jest/globals';
import { PresidioRecognizer } from '../../src/ner/presidio.js';

/** The address of a running analyzer; without one there is nothing to speak with. */
const url = process.env['PRESIDIO_URL'];

describe('a real analyzer', () => {
  (url === undefined ? it.skip : it)('answers in offsets that are mapped exactly (skipped unless PRESIDIO_URL names one)', async () => {
    const recognizer = new PresidioRecognizer({ url: url ?? '', timeoutMs: 20_000 });
    const text = '😀 write to jane@corp.org 𝔸\nor pay 😀😀 with 4111 1111 1111 1111';

    await recognizer.check();
    const found = await recognizer.recognize(text, { categories: ['email', 'credit_card'], threshold: 0.5, language: 'en' });

    expect(found.map(({ category, start, end }) => [category, text.slice(start, end)])).toEqual([['email', 'jane@corp.org'], ['credit_card', '4111 1111 1111 1111']]);
  });
});
