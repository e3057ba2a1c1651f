import type { Finding } from './finding.js';
import { isLintRule, lintRules } from './lint-rules.js';
import { isAside, type Source } from './source.js';

/** A comment that silences findings of one rule on its line, or on the first line below it that is no comment. */
interface Allowance {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line that it is for. */
  readonly target: number;
  readonly rule: string;
  readonly reason: string;
}

const comment = /(?:^|\s)#[ \t]*lint:[ \t]*allow\b[ \t]*(\S*)(.*)$/;

/** Takes out what comments allow, and says which comments allow nothing. */
export function applyAllowances(findings: readonly Finding[], sources: readonly Source[]): { readonly findings: readonly Finding[]; readonly silenced: number } {
  const allowances = sources.flatMap(allowancesIn);
  const valid = new Map<string, Allowance>();
  for (const one of allowances) if (isLintRule(one.rule) && one.reason !== '') valid.set(keyOf(one.file, one.target, one.rule), one);
  const byFile = new Map(sources.map((source) => [source.file, source]));
  const used = new Set<Allowance>();
  const left = findings.filter(({ file, line, column, rule }) => {
    const lines = byFile.get(file)?.linesFor(line, column) ?? [];
    const found = lines.flatMap((one) => valid.get(keyOf(file, one, rule)) ?? []);
    for (const allowance of found) used.add(allowance);
    return found.length === 0;
  });
  const useless = allowances.filter((one) => !used.has(one)).map(uselessComment);
  return { findings: [...left, ...useless], silenced: findings.length - left.length };
}

function keyOf(file: string, line: number, rule: string): string {
  return JSON.stringify([file, line, rule]);
}

function uselessComment({ file, line, column, rule, reason }: Allowance): Finding {
  const [message, advice] = !isLintRule(rule)
    ? ['the comment names no rule of the linter', 'write # lint: allow <rule> <why>, with a rule such as broad-permission']
    : reason === ''
      ? ['the comment does not say why', `write # lint: allow ${rule} <why>`]
      : [`there is no ${rule} for the comment to silence`, 'remove it'];
  return { rule: 'useless-comment', severity: lintRules['useless-comment'].severity, file, line, column, path: '', message, advice };
}

function allowancesIn({ file, lines }: Source): readonly Allowance[] {
  const found: Allowance[] = [];
  let pending: Omit<Allowance, 'target'>[] = [];
  lines.forEach((line, i) => {
    const match = line.includes('lint:') ? comment.exec(line) : null;
    const own = match === null ? [] : [{ file, line: i + 1, column: match.index + match[0].indexOf('#') + 1, rule: match[1] ?? '', reason: (match[2] ?? '').trim() }];
    pending.push(...own);
    if (isAside(line)) return;
    found.push(...pending.map((one) => ({ ...one, target: i + 1 })));
    pending = [];
  });
  return [...found, ...pending.map((one) => ({ ...one, target: 0 }))];
}
