import type { VerifierKey } from '@enforcecore/audit';
import { existsSync } from 'node:fs';
import { CliError } from '../errors.js';
import { readSmallFile } from './read-small-file.js';

const maxBytes = 65_536;
const keyShape = /^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/;

/**
 * The verifier keys that `--key` names: a key itself, or a file with one a line; empty lines and `#` comments are passed over.
 *
 * @throws CliError `INPUT` for what holds no key; a signing key is refused without being shown.
 */
export async function verifierKeys(given: readonly string[] = []): Promise<readonly VerifierKey[]> {
  const { parseVerifierKey, TrailError } = await import('@enforcecore/audit');
  const parse = (text: string, where: string): VerifierKey => {
    refuseSecret(text, where);
    try {
      return parseVerifierKey(text);
    } catch (error) {
      if (!(error instanceof TrailError)) throw error;
      throw new CliError('INPUT', where === '' ? error.message : `${where}: ${error.message}`, { cause: error });
    }
  };
  const keys: VerifierKey[] = [];
  for (const text of given) {
    if (isKey(text)) keys.push(parse(text, ''));
    else keys.push(...(await keysInFile(text)).map((line) => parse(line, text)));
  }
  return distinct(keys);
}

function isKey(text: string): boolean {
  refuseSecret(text, '');
  return keyShape.test(text) && !existsSync(text);
}

/** One key given twice is one key. */
function distinct(keys: readonly VerifierKey[]): readonly VerifierKey[] {
  const seen = new Map(keys.map((key) => [`${key.name}+${key.keyId}+${Buffer.from(key.publicKey).toString('hex')}`, key]));
  return [...seen.values()];
}

async function keysInFile(path: string): Promise<readonly string[]> {
  const lines = (await readSmallFile(path, 'verifier keys', maxBytes))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.length === 0) throw new CliError('INPUT', `cannot use ${path}: expected a verifier key, name+id+base64, got an empty file`);
  return lines;
}

/** What signs does not belong where one only verifies; the message must not show it. */
function refuseSecret(text: string, where: string): void {
  if (!text.startsWith('PRIVATE+KEY+')) return;
  const what = where === '' ? 'this' : where;
  throw new CliError('INPUT', `${what} is a signing key: give the verifier key that keygen printed, and keep the signing key where only the log can read it`);
}
