import type { PatternRegistry } from '@enforcecore/redact/patterns';
import { InvalidArgumentError } from 'commander';
import { CliError } from '../errors.js';

/** A category of one's own, as the command line names it. */
export interface OwnPattern {
  readonly category: string;
  readonly pattern: string;
}

/** Names that `--categories` gives another meaning. */
const kinds = ['pii', 'secret', 'rule'];

/** Reads `name=regex`, given once or many times; the regex may hold more of `=` and commas. */
export function ownPattern(text: string, before: readonly OwnPattern[] = []): readonly OwnPattern[] {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError("Expected name=regex, for example 'employee_id=EMP-\\d{6}'.");
  const category = text.slice(0, at).trim();
  if (kinds.includes(category)) throw new InvalidArgumentError(`${category} stands for a kind of categories; choose another name.`);
  return [...before, { category, pattern: text.slice(at + 1) }];
}

/** @throws CliError `USAGE` for a pattern that cannot be used. */
export async function loadPatterns(patterns: readonly OwnPattern[]): Promise<PatternRegistry | undefined> {
  if (patterns.length === 0) return undefined;
  const { PatternRegistry } = await import('@enforcecore/redact/patterns');
  const registry = new PatternRegistry();
  for (const { category, pattern } of patterns) {
    try {
      registry.register(category, pattern);
    } catch (error) {
      // The library words it for people, and quotes at most the operator at fault.
      const why = error instanceof Error ? error.message : 'it cannot be used';
      throw new CliError('USAGE', `--pattern ${category}: ${why}`, { cause: error });
    }
  }
  return registry;
}
