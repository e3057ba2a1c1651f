import type { Policy } from '@enforcecore/core';
import { realpathSync } from 'node:fs';
import { CliError } from '../errors.js';
import type { CaseFile } from './policy-case.js';
import { holdsCases, readCaseFile, type ReadDocument } from './read-cases.js';

/** A policy, and the files of cases that are run against it. */
export interface PlannedPolicy {
  readonly file: string;
  readonly policy: Policy;
  readonly files: readonly CaseFile[];
}

/**
 * Sorts what was named on the command line: a policy first, unless every file of cases names its own.
 *
 * @throws CliError for files that cannot be used, cases without a policy, and a policy without cases.
 */
export function planTests(named: readonly string[], load: (file: string) => Policy, read: ReadDocument): readonly PlannedPolicy[] {
  const [first = '', ...rest] = named;
  const hasPolicy = !holdsCases(first, read) && (rest.length > 0 || isPolicy(first, load));
  const given = hasPolicy ? first : undefined;
  const cases = (hasPolicy ? rest : named).map((file) => readCaseFile(file, read));
  if (cases.length === 0) throw new CliError('USAGE', `no cases for ${first}: name a file of cases after the policy`);
  const planned = new Map<string, { readonly file: string; readonly policy: Policy; readonly files: CaseFile[] }>();
  for (const one of cases) {
    const file = one.policy ?? given;
    if (file === undefined) throw new CliError('USAGE', `${one.file} names no policy: put the policy before it, or give the file a key policy`);
    const key = realOf(file);
    const entry = planned.get(key) ?? { file, policy: load(file), files: [] };
    entry.files.push(one);
    planned.set(key, entry);
  }
  if (given !== undefined && !planned.has(realOf(given))) {
    // To pass the tests of another policy would look like success.
    throw new CliError('USAGE', `${given} would not be tested: the cases name ${cases.map(({ policy = '' }) => policy).join(', ')}; leave one of the two out`);
  }
  return [...planned.values()];
}

/** A policy alone is a forgotten argument; anything else is read as cases, whose faults are then told. */
function isPolicy(file: string, load: (file: string) => Policy): boolean {
  try {
    load(file);
    return true;
  } catch {
    return false;
  }
}

/** One file under two names is one policy. What cannot be resolved is told when it is loaded. */
function realOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
