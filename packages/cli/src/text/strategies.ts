import type { RedactionSpec, Strategy } from '@enforcecore/redact';
import { InvalidArgumentError } from 'commander';
import { CliError } from '../errors.js';
import type { Categories } from './categories.js';
import { nearestName } from './nearest-name.js';

/** Those of the library, which is not loaded to parse a command line. */
export const strategyNames = ['placeholder', 'mask', 'hash', 'remove', 'tokenize', 'sha256'] as const satisfies readonly Strategy[];

export type StrategyOf = readonly [category: string, strategy: Strategy];

/** Reads `email=hash,ssn=remove`, given once or many times. */
export function strategyPairs(text: string, before: readonly StrategyOf[] = []): readonly StrategyOf[] {
  const pairs = text.split(',').map((pair): StrategyOf => {
    const at = pair.indexOf('=');
    const strategy = strategyNames.find((name) => name === pair.slice(at + 1).trim());
    if (at < 1 || strategy === undefined) throw new InvalidArgumentError(`Expected category=strategy with commas between them; strategies are ${strategyNames.join(', ')}.`);
    return [pair.slice(0, at).trim(), strategy];
  });
  return [...before, ...pairs];
}

/**
 * The strategy of each category named; `pii` and `secret` stand for all of a kind, and a name of its own goes before.
 *
 * @throws CliError `USAGE` for what is not looked for, and for two strategies of one category.
 */
export function strategiesFor(pairs: readonly StrategyOf[], { pii, secret }: Categories): NonNullable<RedactionSpec['strategies']> {
  const kinds = new Map([['pii', pii], ['secret', secret]]);
  const seen = new Set<string>();
  for (const [name] of pairs) {
    if (seen.has(name)) throw new CliError('USAGE', `--strategies names ${name} twice`);
    seen.add(name);
    const known = [...kinds.keys(), ...pii, ...secret];
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    throw new CliError('USAGE', `--strategies names "${name}", which is not looked for${nearest === undefined ? '' : ` (did you mean "${nearest}"?)`}`);
  }
  const ofKinds = pairs.flatMap(([name, strategy]) => (kinds.get(name) ?? []).map((category): StrategyOf => [category, strategy]));
  return Object.fromEntries([...ofKinds, ...pairs.filter(([name]) => !kinds.has(name))]);
}
