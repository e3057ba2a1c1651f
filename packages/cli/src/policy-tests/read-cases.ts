import type { PolicyIssue } from '@enforcecore/core';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { CliError, systemCode, unreadable } from '../errors.js';
import { bytesText, counted } from '../render/amounts.js';
import { issueLine } from '../render/issues.js';
import { CaseReader } from './case-reader.js';
import type { CaseMap, CaseNode } from './case-node.js';
import { CaseYamlFault, maxCaseBytes, readCaseYaml } from './case-yaml.js';
import type { CaseFile } from './policy-case.js';

const maxShown = 20;

/**
 * Reads a file of cases.
 *
 * @throws CliError `INPUT` with everything that is wrong with it.
 */
export function readCaseFile(file: string): CaseFile {
  const issues: PolicyIssue[] = [];
  const read = new CaseReader(file, issues).file(parsed(file));
  if (issues.length > 0) throw refused(file, issues);
  const { policy } = read;
  return { file, cases: read.cases, policy: policy === undefined || isAbsolute(policy) ? policy : join(dirname(file), policy) };
}

/** Whether a file looks like cases and not like a policy, which cannot have a key `cases`. What cannot be read is neither. */
export function holdsCases(file: string): boolean {
  try {
    const node = readCaseYaml(textOf(file));
    return isMap(node) && node.entries.has('cases');
  } catch {
    // Whoever reads it next says what is wrong with it.
    return false;
  }
}

function parsed(file: string): CaseNode {
  try {
    return readCaseYaml(textOf(file));
  } catch (error) {
    if (!(error instanceof CaseYamlFault)) throw error;
    const { line = 0, column = 0 } = error.place ?? {};
    throw refused(file, [{ file, line, column, path: '', message: error.message }], error);
  }
}

/** One descriptor for the look and the reading, so that the file cannot be another in between. */
function textOf(file: string): string {
  let descriptor: number | undefined;
  try {
    // A pipe that nobody writes to would be waited for.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new CliError('INPUT', `cannot read ${file}: it is no file`);
    if (stats.size > maxCaseBytes) {
      throw new CliError('INPUT', `cannot read ${file}: it has ${bytesText(stats.size)}, expected at most ${bytesText(maxCaseBytes)}; give the cases in several files`);
    }
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(descriptor));
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (systemCode(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw new CliError('INPUT', `cannot read ${file}: it is not UTF-8 text`, { cause: error });
    throw unreadable(file, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function refused(file: string, issues: readonly PolicyIssue[], cause?: unknown): CliError {
  const lines = issues.slice(0, maxShown).map((issue) => `\n  ${issueLine(issue)}`);
  const rest = issues.length > maxShown ? `\n  and ${String(issues.length - maxShown)} more` : '';
  return new CliError('INPUT', `${file} is not a valid file of cases: ${counted(issues.length, 'problem')}${lines.join('')}${rest}`, { cause });
}

function isMap(node: CaseNode): node is CaseMap {
  return node.kind === 'map';
}
