import type { WitnessPolicy } from '@enforcecore/audit/witness';
import { CliError } from '../errors.js';
import { readSmallFile } from './read-small-file.js';

const maxBytes = 1_000_000;

/** Reads a file that says which witnesses are enough; its errors name file and line. */
export async function readPolicy(path: string): Promise<WitnessPolicy> {
  const text = await readSmallFile(path, 'a witness policy', maxBytes);
  const [{ parseWitnessPolicy }, { TrailError }] = await Promise.all([import('@enforcecore/audit/witness'), import('@enforcecore/audit')]);
  try {
    return parseWitnessPolicy(text);
  } catch (error) {
    if (!(error instanceof TrailError)) throw error;
    throw new CliError('INPUT', `${path}: ${error.message}`, { cause: error });
  }
}
