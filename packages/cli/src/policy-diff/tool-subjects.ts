import { readToolPattern, type Policy } from '@enforcecore/core';
import { entries, items, member, rulesIn, texts } from '../policy-lint/document.js';
import { endsOf, overlap } from '../policy-lint/pattern-set.js';

/** A tool, or the tools of a pattern, and a name that stands for them. */
export interface Subject {
  /** What it is called: `send_mail`, `search_*`, `any other tool`. */
  readonly label: string;
  /** The patterns that it is made of; none for a plain name. */
  readonly patterns: readonly string[];
  readonly sample: string;
}

/** No policy names it, so that what a pattern says of it is what it says of all that nobody names. */
const anything = 'zq7x';
const anyOther: Subject = { label: 'any other tool', patterns: [], sample: `${anything}-${anything}` };
const maxPairs = 20_000;

/** Every tool that one of the policies names, each pattern, each two patterns that can meet, and any other tool. */
export function subjectsOf(before: Policy, after: Policy): readonly Subject[] {
  const named = [before, after].map(namedIn);
  const all = [...new Set(named.flat())].sort();
  const globs = all.filter((name) => name.includes('*'));
  const names = all.filter((name) => !name.includes('*')).map((name): Subject => ({ label: name, patterns: [], sample: name }));
  const single = globs.map((glob): Subject => ({ label: glob, patterns: [glob], sample: glob.replaceAll('*', anything) }));
  return [...names, ...single, ...pairsOf(globs), anyOther].filter(({ sample }) => readToolPattern(sample).fault === undefined);
}

function namedIn(policy: Policy): readonly string[] {
  const rules = rulesIn(policy);
  const tables = [member(rules, 'tools'), member(rules, 'rate_limits', 'per_tool'), member(rules, 'sensitivity_labels', 'clearances')];
  const written = [
    ...texts(member(rules, 'allowed_tools')),
    ...texts(member(rules, 'denied_tools')),
    ...items(member(rules, 'conditions')).flatMap((condition) => texts(member(condition, 'tools'))),
    ...tables.flatMap((table) => entries(table).map(([name]) => name)),
  ];
  return written.flatMap((name) => readToolPattern(name).canonical ?? []);
}

/** Names that two patterns both stand for: `search_*` may be allowed while `*_payroll` is not. */
function pairsOf(globs: readonly string[]): readonly Subject[] {
  if (globs.length * globs.length > maxPairs) return [];
  return globs.flatMap((one, i) =>
    globs.slice(i + 1).flatMap((other): Subject[] => {
      const sample = overlap(one, other) ? commonName(one, other) : undefined;
      return sample === undefined ? [] : [{ label: `${one} that is also ${other}`, patterns: [one, other], sample }];
    }),
  );
}

function commonName(one: string, other: string): string {
  const [startA, endA] = endsOf(one);
  const [startB, endB] = endsOf(other);
  const middles = [one, other].flatMap((glob) => glob.split('*').slice(1, -1)).filter((part) => part !== '');
  return [longer(startA, startB), ...middles, longer(endA, endB)].join(anything);
}

function longer(a: string, b: string): string {
  return a.length >= b.length ? a : b;
}
