import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { policyBlock, type Block, type KeyRule } from './directions.js';

const page = readFileSync(new URL('../../../../docs/reference/policy.md', import.meta.url), 'utf8');

/** Every key that the reference says may only go one way under a lock, as `block.key`, with that way. */
function lockedKeys(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let block = '';
  for (const line of page.split('\n')) {
    const title = /^### (?:Top level|`([^`]+)`)$/.exec(line);
    if (title !== null) block = title[1] ?? '';
    const row = /^\| `(\w+)` \|.*\*Locked: ([^*]+)\* \|$/.exec(line);
    if (row !== null) found.set(block === '' ? (row[1] ?? '') : `${block}.${row[1] ?? ''}`, row[2] ?? '');
  }
  return found;
}

/** The same of the table here. */
function comparedKeys(block: Block, path: string): readonly (readonly [string, KeyRule])[] {
  return Object.entries(block).flatMap(([key, rule]) => {
    const own = path === '' ? key : `${path}.${key}`;
    if ('block' in rule) return comparedKeys(rule.block, own);
    if ('rules' in rule) return comparedKeys(rule.rules, `${own}[]`);
    if ('table' in rule) return comparedKeys(rule.table, `${own}.${key === 'tools' ? '<tool>' : key === 'args' ? '<path>' : '<name>'}`);
    return [[own, rule] as const];
  });
}

function wayOf(rule: KeyRule): string {
  if ('list' in rule) return rule.list === 'add' ? 'may be added to' : 'may be narrowed';
  if ('lists' in rule) return 'may be narrowed';
  if (!('value' in rule)) return 'stays';
  const ways: Readonly<Record<string, string>> = { lower: 'may go down', raise: 'may go up', on: 'may be turned on', off: 'may be turned off', set: 'may be added', same: 'stays' };
  return typeof rule.value === 'string' ? (ways[rule.value] ?? '') : 'may become stricter';
}

/** Blocks that the reference lists once and the policy has in several places. */
const shared: readonly (readonly [RegExp, string])[] = [
  [/^rules\.tools\.<tool>\.args\.<path>\.(?:sql\.functions|shell\.programs|code\.calls|code\.imports)\./, 'rules.tools.<tool>.args.<path>.sql.tables.'],
  [/^rules\.content_rules\./, 'rules.tools.<tool>.content_rules.'],
  [/^rules\.rate_limits\.global\./, 'rules.tools.<tool>.rate_limit.'],
];

/** Names and the keys that turn a block off are compared in other ways; lists of tools and clearances by what they come to. */
const elsewhere = /(?:^locked|\.enabled|\[\]\.name|^rules\.(?:allowed_tools|denied_tools)|^rules\.post_call\..*|\.clearances?)$/;

describe('policyBlock', () => {
  const locked = new Map(lockedKeys());
  // A lock keeps a sink as it is; where there was none, one refuses more.
  locked.set('rules.tools.<tool>.args.<path>.sink', 'may be added');
  const compared = new Map(
    comparedKeys(policyBlock, '').map(([path, rule]) => [shared.reduce((name, [pattern, to]) => name.replace(pattern, to), path), rule]),
  );

  it('compares every key that the reference says can be tightened', () => {
    const missing = [...locked.keys()].filter((path) => !elsewhere.test(path) && !compared.has(path));

    expect(missing).toEqual([]);
  });

  it('holds the same for tighter as a lock does', () => {
    const other = [...compared].filter(([path, rule]) => locked.get(path) !== wayOf(rule)).map(([path]) => path);

    expect(other).toEqual([]);
  });
});
