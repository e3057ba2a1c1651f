import { entries, given, isOn, items, member, quoted, texts, type Keys } from './document.js';
import type { Report } from './finding.js';
import { allowsAll } from './pattern-set.js';
import { sameForEveryText } from './probe-pattern.js';

/** Kinds of statements that read; everything else writes or administers. */
const reading = new Set(['select', 'explain', 'show', 'values', 'describe']);

/** Patterns that allow everything, or everything of a kind. */
export function checkBroad(rules: unknown, report: Report): void {
  texts(member(rules, 'allowed_tools')).forEach((entry, i) => {
    if (allowsAll(entry)) report.add('broad-permission', ['rules', 'allowed_tools', i], `${quoted(entry)} allows every tool, also one that is added tomorrow`, 'name the tools');
  });
  for (const [tool, block] of entries(member(rules, 'tools'))) {
    for (const [path, argument] of entries(member(block, 'args'))) checkSink(argument, ['rules', 'tools', tool, 'args', path], report);
  }
}

function checkSink(argument: unknown, keys: Keys, report: Report): void {
  const sink = member(argument, 'sink');
  if (sink === 'shell') checkShell(member(argument, 'shell'), keys, report);
  if (sink === 'sql') checkSql(member(argument, 'sql'), keys, report);
}

function checkShell(shell: unknown, keys: Keys, report: Report): void {
  const allowed = member(shell, 'programs', 'allowed');
  if (!Array.isArray(allowed)) {
    report.add('broad-permission', [...keys, shell === undefined ? 'sink' : 'shell'], 'every program that is not denied may run', 'list the programs under shell.programs.allowed');
  }
  texts(allowed).forEach((program, i) => {
    if (/^[*/.]*$/.test(program)) report.add('broad-permission', [...keys, 'shell', 'programs', 'allowed', i], `${quoted(program)} allows every program`, 'name the programs');
  });
}

function checkSql(sql: unknown, keys: Keys, report: Report): void {
  const writing = texts(member(sql, 'statements')).filter((statement) => !reading.has(statement.toLowerCase()));
  const isOpen = (key: string): boolean => {
    const allowed = given(sql, key, 'allowed');
    return !Array.isArray(allowed) || allowed.includes('*');
  };
  if (writing.length === 0 || !isOpen('tables')) return;
  report.add('broad-permission', [...keys, 'sql', 'statements'], `${writing.map(quoted).join(', ')} may reach every table`, 'list the tables under sql.tables.allowed');
}

/** Content rules that are listed twice, or fire on every text. */
export function checkContent(rules: unknown, report: Report): void {
  const general = checkRules(member(rules, 'content_rules'), ['rules', 'content_rules'], new Set(), report);
  for (const [tool, block] of entries(member(rules, 'tools'))) {
    checkRules(member(block, 'content_rules'), ['rules', 'tools', tool, 'content_rules'], general, report);
  }
}

function checkRules(content: unknown, keys: Keys, general: ReadonlySet<string>, report: Report): ReadonlySet<string> {
  const seen = new Set<string>();
  if (!isOn(content)) return seen;
  items(member(content, 'block_patterns')).forEach((rule, i) => {
    const at = [...keys, 'block_patterns', i];
    const meaning = meaningOf(rule);
    if (seen.has(meaning)) report.add('duplicate-content-rule', at, 'the rule is listed twice', 'remove one of the two');
    else if (general.has(meaning)) report.add('duplicate-content-rule', at, 'the rule holds for every tool already', 'remove it here');
    seen.add(meaning);
    const pattern = given(rule, 'pattern');
    if (typeof pattern === 'string' && sameForEveryText(pattern)) {
      report.add('broad-content-rule', [...at, 'pattern'], 'the pattern matches texts that have nothing in common, so that it fires on about every call', 'write a pattern that cannot match nothing: with + for *, and with ^ or $ beside something else');
    }
  });
  return seen;
}

/** What a rule does, whatever it is called. */
function meaningOf(rule: unknown): string {
  const looks = ['pattern', 'when'].some((key) => given(rule, key) !== undefined);
  const name = typeof rule === 'string' ? rule : looks ? undefined : member(rule, 'name');
  return JSON.stringify([name ?? null, ...['pattern', 'when', 'action', 'applies_to'].map((key) => given(rule, key) ?? null)]);
}
