import { generateKeyPair, KeySigner, openStoreTrail, openTrail, type CallDraft } from '@enforcecore/audit';
import { openSqliteStore } from '@enforcecore/audit/sqlite';
import { chmodSync, writeFileSync } from 'node:fs';
import type { Folder } from '../files.test.kit.js';

/** A key in files, as keygen leaves it. */
export interface KeyFiles {
  readonly name: string;
  readonly verifierKey: string;
  readonly signer: KeySigner;
  /** The signing key, and the verifier key. */
  readonly keyFile: string;
  readonly pubFile: string;
}

export function keyFiles(folder: Folder, file: string, name = 'example.com/audit', algorithm: 'ed25519' | 'cosignature/v1' = 'ed25519'): KeyFiles {
  const pair = generateKeyPair(name, algorithm);
  const keyFile = folder.file(`${file}.key`, `${pair.signingKey}\n`);
  chmodSync(keyFile, 0o600);
  return { name, verifierKey: pair.verifierKey, signer: new KeySigner(pair.signingKey), keyFile, pubFile: folder.file(`${file}.pub`, `${pair.verifierKey}\n`) };
}

function draft(i: number, more: Partial<CallDraft> = {}): CallDraft {
  return { tool_name: i % 2 === 0 ? 'search' : 'send_email', decision: 'allowed', outcome: 'ok', session: `s-${String(i % 3)}`, ...more, call_id: `call-${String(i)}` };
}

/** A trail of files with a checkpoint after each group of entries; no others are made. */
export function signedTrail(folder: Folder, name: string, key: KeyFiles | undefined, groups: readonly number[], more: Partial<CallDraft> = {}): string {
  const path = folder.at(name);
  const trail = openTrail(path, { signer: key?.signer, checkpointEntries: 0, checkpointSeconds: 0 });
  let i = 0;
  for (const count of groups) {
    for (const end = i + count; i < end; i += 1) trail.append(draft(i, more));
    void trail.checkpoint();
  }
  void trail.close();
  return path;
}

/** More entries, which no checkpoint covers. */
export function append(path: string, count: number, from = 1_000, more: Partial<CallDraft> = {}): void {
  const trail = openTrail(path, { checkpointEntries: 0, checkpointSeconds: 0 });
  for (let i = from; i < from + count; i += 1) trail.append(draft(i, more));
  void trail.close();
}

/** The same in SQLite; gives what the commands call it. */
export async function sqliteTrail(folder: Folder, name: string, key: KeyFiles | undefined, count: number, more: Partial<CallDraft> = {}): Promise<string> {
  const path = folder.at(name);
  const trail = openStoreTrail(openSqliteStore(path), { signer: key?.signer, checkpointEntries: 0, checkpointSeconds: 0 });
  for (let i = 0; i < count; i += 1) trail.append(draft(i, more));
  await trail.checkpoint();
  await trail.close();
  return `sqlite:${path}`;
}

/** Text that tries to steer a terminal. */
export const hostileText = '\x1b[31mevil\x1b]0;title\x07\u202e\u2028\x9b2J\r\n';

/** What no output for people may hold. */
export const steering = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]/;

export function write(path: string, text: string): string {
  writeFileSync(path, text);
  return path;
}
