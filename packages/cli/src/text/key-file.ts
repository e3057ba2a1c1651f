import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { CliError, unreadable } from '../errors.js';

/** The key or the passphrase of a vault, whichever its file holds. */
export type VaultKey = { readonly key: Uint8Array | string } | { readonly passphrase: string };

const hexKey = /^[0-9a-f]{64}$/i;
const base64Key = /^[A-Za-z0-9+/_-]{43}=?$/;
const shortestHashKey = 16;

/** A key on the command line would stand in the list of processes. */
export function readHashKey(path: string): Uint8Array {
  const key = bytesOf(path);
  if (key.length >= shortestHashKey) return key;
  throw new CliError('INPUT', `the key in ${path} is refused: expected at least ${String(shortestHashKey)} bytes, got ${String(key.length)}`);
}

/** 32 bytes that are no line of text, or their 64 hex digits or base64, are a key; any other line is a passphrase. */
export function readVaultKey(path: string): VaultKey {
  const bytes = bytesOf(path);
  const line = lineOf(bytes);
  if (line === undefined && bytes.length === 32) return { key: bytes };
  if (line === undefined || line.trim() === '') {
    throw new CliError('INPUT', `the key in ${path} is refused: expected 32 bytes, their hex digits or base64, or one line with a passphrase`);
  }
  return hexKey.test(line) || base64Key.test(line) ? { key: line } : { passphrase: line };
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The text without its line end, unless it is no text or has several lines. */
function lineOf(bytes: Buffer): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  const line = bytes.toString('utf8').replace(/\r?\n$/, '');
  return /\p{Cc}/u.test(line) ? undefined : line;
}
