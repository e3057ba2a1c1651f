import { describe, expect, it } from '@jest/globals';
import { Redactor } from '@enforcecore/redact';
import { disguises } from './disguises.js';
import { furtherDisguises } from './further-disguises.js';
import { harmlessScripts } from './harmless-scripts.js';
import { disguisedPairs, isUnseen, measureDisguises, shareSeen } from './measure.js';
import { plainValues } from './plain-values.js';

const redactor = new Redactor({ categories: ['email', 'phone', 'ssn', 'credit_card', 'ip_address', 'iban'] });
const redact = (text: string): string => redactor.redact(text).text;

const seed = 'checked';
const pairs = disguisedPairs(seed, 2);
const further = disguisedPairs(seed, 1, furtherDisguises);

/** Seen in at least 95 of 100 unless said otherwise; what spells a short value in 16 letters could be any word. */
const least: Readonly<Record<string, number>> = { dash: 0.9, base64: 0.8, base64url: 0.75, 'octal escape': 0.7, hex: 0.9 };
/** How mail writes signs, not undone: `=40` is too often code. */
const notUndone = 'quoted-printable';

describe('values in disguise', () => {
  it('are all found without it', () => {
    const plain = plainValues(seed, 2);

    expect(plain.filter((sample) => !isUnseen(sample, redact(sample.text)))).toEqual([]);
  });

  it.each(disguises.map(({ name }) => name))('are found behind %s', async (name) => {
    const rows = await measureDisguises(redact, pairs.filter(({ disguise }) => disguise === name));

    expect(rows[0]?.controls).toBeGreaterThan(4);
    expect(shareSeen(rows)).toBeGreaterThanOrEqual(least[name] ?? 0.95);
  });

  it.each(furtherDisguises.map(({ name }) => name).filter((name) => name !== notUndone))('are found behind what is rarer: %s', async (name) => {
    const rows = await measureDisguises(redact, further.filter(({ disguise }) => disguise === name));

    expect(shareSeen(rows)).toBeGreaterThanOrEqual(least[name] ?? 0.95);
  });

  it('are hidden whole and alone', () => {
    let exact = 0;
    let touched = 0;
    for (const { worn: { text, start, value } } of pairs) {
      const end = start + value.length;
      const findings = redactor.detect(text).filter((finding) => finding.start < end && finding.end > start);
      if (findings.length === 0) continue;
      touched += 1;
      if (findings.length === 1 && findings[0]?.start === start && findings[0].end === end) exact += 1;
    }

    expect(exact / touched).toBeGreaterThanOrEqual(0.995);
  });
});

describe('other scripts, escapes and encoded data', () => {
  it('stay as they are when they hold nothing', () => {
    expect(harmlessScripts(seed).filter((text) => redact(text) !== text)).toEqual([]);
  });
});
