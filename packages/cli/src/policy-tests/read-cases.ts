import type { PolicyIssue, readYamlDocument } from '@enforcecore/core';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { CliError, systemCode, unreadable } from '../errors.js';
import { bytesText, counted } from '../render/amounts.js';
import { issueLine } from '../render/issues.js';
import { CaseReader } from './case-reader.js';
import type { CaseFile } from './policy-case.js';

const maxCaseBytes = 4 * 1024 * 1024;
const maxShown = 20;

/** How the library reads YAML; handed in, since loading the library takes longer than any command's help. */
export type ReadDocument = typeof readYamlDocument;

/**
 * Reads a file of cases.
 *
 * @throws CliError `INPUT` with everything that is wrong with it.
 */
export function readCaseFile(file: string, read: ReadDocument): CaseFile {
  const { document, issues: found } = read(textOf(file), file);
  const issues = [...found];
  const cases = document === undefined ? { policy: undefined, cases: [] } : new CaseReader(file, issues).file(document);
  if (issues.length > 0) throw refused(file, issues);
  const { policy } = cases;
  return { file, cases: cases.cases, policy: policy === undefined || isAbsolute(policy) ? policy : join(dirname(file), policy) };
}

/** Whether a file looks like cases and not like a policy, which cannot have a key `cases`. What cannot be read is neither. */
export function holdsCases(file: string, read: ReadDocument): boolean {
  try {
    const { document } = read(textOf(file), file);
    return document?.kind === 'map' && document.entries.has('cases');
  } catch {
    // Whoever reads it next says what is wrong with it.
    return false;
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

function refused(file: string, issues: readonly PolicyIssue[]): CliError {
  const lines = issues.slice(0, maxShown).map((issue) => `\n  ${issueLine(issue)}`);
  const rest = issues.length > maxShown ? `\n  and ${String(issues.length - maxShown)} more` : '';
  return new CliError('INPUT', `${file} is not a valid file of cases: ${counted(issues.length, 'problem')}${lines.join('')}${rest}`);
}
