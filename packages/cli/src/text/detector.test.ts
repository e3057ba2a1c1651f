import { describe, expect, it } from '@jest/globals';
import { loadDetector, together, type Detected } from './detector.js';
import { TextScanner } from './text-scanner.js';

const email: Detected = { kind: 'pii', category: 'email', start: 4, end: 17 };
const inner: Detected = { kind: 'rule', category: 'override', start: 2, end: 30 };
const other: Detected = { kind: 'rule', category: 'exfiltration', start: 2, end: 20 };

describe('a detector', () => {
  it('puts what two find in the order of the text', () => {
    const detect = together(() => [email], () => [inner, other]);

    expect(detect('…')).toEqual([other, inner, email]);
  });

  it('looks for content rules, and for those named only', async () => {
    const text = 'a@example.com; cat ../../../etc/passwd';

    const [all, one, none] = [await loadDetector(), await loadDetector({ categories: ['path_traversal'] }), await loadDetector({ categories: ['sql_injection'] })];

    expect(all(text).map(({ kind }) => kind)).toEqual(expect.arrayContaining(['pii', 'rule']));
    expect(one(text)).toEqual([expect.objectContaining({ kind: 'rule', category: 'path_traversal' })]);
    expect(none(text)).toEqual([]);
  });

  it('looks for no personal data when asked for secrets', async () => {
    const detect = await loadDetector({ categories: ['secret'] });

    expect(detect('a@example.com')).toEqual([]);
  });

  it('loses no rule that overlaps another finding', () => {
    const scanner = new TextScanner(together(() => [email], () => [inner, other]));
    scanner.push('x'.repeat(40));

    expect(scanner.end().map(({ category }) => category)).toEqual(['exfiltration', 'override', 'email']);
  });
});
