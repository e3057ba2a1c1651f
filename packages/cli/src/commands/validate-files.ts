import type { Policy, PolicyIssue } from '@enforcecore/core';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemReason } from '../errors.js';

/** One policy file, and what is wrong with it. */
export interface CheckedFile {
  readonly file: string;
  readonly policy: Policy | undefined;
  readonly issues: readonly PolicyIssue[];
  /** What the policy asks for and the shipped services cannot hold. */
  readonly warnings: readonly PolicyIssue[];
  /** The code of the error that loading it would raise. */
  readonly code: 'POLICY_LOAD' | 'POLICY_INVALID' | undefined;
}

/** Checks files, and the policies that lie directly in folders. */
export async function checkFiles(named: readonly string[]): Promise<readonly CheckedFile[]> {
  const { EnforceCoreError, Policy, validatePolicyFile } = await import('@enforcecore/core');
  const check = (file: string): CheckedFile => {
    try {
      const policy = Policy.fromFile(file);
      return { file, policy, issues: [], warnings: policy.warnings, code: undefined };
    } catch (error) {
      if (!EnforceCoreError.is(error) || (error.code !== 'POLICY_LOAD' && error.code !== 'POLICY_INVALID')) throw error;
      const issues = validatePolicyFile(file);
      // The file can have become valid in between; what was seen first is what is told.
      return { file, policy: undefined, issues: issues.length > 0 ? issues : [unplaced(file, error.message)], warnings: [], code: error.code };
    }
  };
  return named.flatMap((name) => {
    if (!isFolder(name)) return [check(name)];
    const files = policiesIn(name);
    if (typeof files === 'string') return [refused(name, files)];
    return files.map(check);
  });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Loading it says what is wrong.
    return false;
  }
}

/** The policies of a folder in the order of their names, or why there are none. Files of cases are for `test`. */
function policiesIn(folder: string): readonly string[] | string {
  try {
    const files = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && /\.ya?ml$/i.test(entry.name) && !/\.cases\.ya?ml$/i.test(entry.name) && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
    return files.length > 0 ? files.map((name) => join(folder, name)) : 'the folder holds no policy, expected *.yaml or *.yml directly in it';
  } catch (error) {
    return systemReason(error);
  }
}

function refused(file: string, message: string): CheckedFile {
  return { file, policy: undefined, issues: [unplaced(file, message)], warnings: [], code: 'POLICY_LOAD' };
}

function unplaced(file: string, message: string): PolicyIssue {
  return { file, line: 0, column: 0, path: '', message };
}
