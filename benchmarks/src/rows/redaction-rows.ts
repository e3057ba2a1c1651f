import { Redactor } from '@enforcecore/redact';
import { mustHold, type Bench, type Row } from '../row.js';
import { cleanText, longText, piiText, rotate, secretText } from '../texts.js';

/** Finding and hiding in text, as a policy with a bare `pii_redaction:` does: five PII categories and all secrets. */
export const redactionRows: readonly Row[] = [
  {
    name: 'pii_redaction',
    about: 'redact() 130 characters with e-mail, phone and SSN; PII and secrets looked for',
    batch: 1,
    target: { p50: 2 },
    prepare: () => redaction(piiText, 3),
  },
  {
    name: 'pii_clean_text',
    about: 'redact() 130 characters with nothing to hide; PII and secrets looked for',
    batch: 100,
    target: { p50: 0.8 },
    prepare: () => redaction(cleanText, 0),
  },
  {
    name: 'pii_long_text',
    about: 'redact() 2048 characters with 12 things to hide; PII and secrets looked for',
    batch: 1,
    target: { p50: 15 },
    prepare: () => redaction(longText, 12),
  },
  {
    name: 'secret_detection',
    about: 'detect() a token of GitHub, AWS or Stripe in 130 characters; PII and secrets looked for',
    batch: 1,
    target: { p50: 3 },
    prepare: () => {
      const redactor = new Redactor();
      const text = rotate(secretText);
      for (let i = 0; i < 16; i += 1) {
        const [first, ...more] = redactor.detect(text(i));
        mustHold(first?.kind === 'secret' && more.length === 0, `one secret is found in variant ${String(i)}`);
      }
      return { kind: 'sync', run: (i) => redactor.detect(text(i)) };
    },
  },
];

/** The same texts with one half of the rules switched off, and long clean text. */
export const extendedRedactionRows: readonly Row[] = [
  {
    name: 'pii_redaction_pii_only',
    about: 'pii_redaction with secrets switched off',
    batch: 1,
    prepare: () => redaction(piiText, 3, new Redactor({ secrets: false })),
  },
  {
    name: 'secret_detection_clean',
    about: 'redact() clean 130 characters, looking for secrets only',
    batch: 100,
    target: { p50: 1.2 },
    prepare: () => redaction(cleanText, 0, new Redactor({ categories: [] })),
  },
  {
    name: 'clean_text_2kb',
    about: 'redact() 2048 characters with nothing to hide',
    batch: 1,
    target: { p50: 8 },
    prepare: () => redaction((n) => cleanText(n).repeat(16).slice(0, 2_048), 0),
  },
];

function redaction(make: (n: number) => string, expected: number, redactor = new Redactor()): Bench {
  const text = rotate(make);
  for (let i = 0; i < 16; i += 1) {
    const { findings } = redactor.redact(text(i));
    mustHold(findings.length === expected, `${String(expected)} findings in variant ${String(i)} (found ${String(findings.length)})`);
  }
  return { kind: 'sync', run: (i) => redactor.redact(text(i)) };
}
