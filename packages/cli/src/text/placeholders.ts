import type { Detected } from './detector.js';

/** What stands for a finding in a text that is shown. */
export type PlaceholderOf = (finding: Pick<Detected, 'kind' | 'category'>) => string;

/** The placeholders that `redact` writes, asked of the redactor itself; an attack gets one after its rule. */
export async function loadPlaceholders(): Promise<PlaceholderOf> {
  const { Redactor } = await import('@enforcecore/redact');
  const known = new Map<string, string>();
  return ({ kind, category }) => {
    if (kind === 'rule') return `<${category.toUpperCase()}>`;
    let placeholder = known.get(category);
    if (placeholder === undefined) {
      const whole = { category, kind, detect: () => [{ start: 0, end: 1 }] };
      placeholder = new Redactor({ categories: [], secrets: false, detectors: [whole] }).redact('x').text;
      known.set(category, placeholder);
    }
    return placeholder;
  };
}
