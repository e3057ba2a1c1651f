import { lookFor, type LookFlags } from './look-for.js';

/** Something found: offsets are UTF-16 units of the text, `end` is exclusive. */
export interface Detected {
  readonly kind: 'pii' | 'secret' | 'rule';
  readonly category: string;
  readonly start: number;
  readonly end: number;
}

/** Finds in a text what it was told to look for, in order. */
export type Detector = (text: string) => readonly Detected[];

/** A detector for what the options name, or for everything. */
export async function loadDetector(flags: LookFlags = {}): Promise<Detector> {
  const { detectRules, Redactor } = await import('@enforcecore/redact');
  const { spec, categories } = await lookFor(flags, 'with rules');
  const redactor = new Redactor(spec);
  const detect: Detector = (text) => redactor.detect(text);
  if (categories.rule.length === 0) return detect;
  const rules: Detector = (text) => detectRules(text).filter(({ category }) => categories.rule.includes(category));
  return together(detect, rules);
}

/** What both find, by where it starts. */
export function together(first: Detector, second: Detector): Detector {
  return (text) => {
    const [found, more] = [first(text), second(text)];
    if (more.length === 0) return found;
    return [...found, ...more].sort((a, b) => a.start - b.start || a.end - b.end);
  };
}
