import { Buffer } from 'node:buffer';
import { hkdfSync, scryptSync } from 'node:crypto';
import { RedactError } from '../errors.js';

/** Exactly one of the two. A passphrase is stretched by scrypt, which takes about half a second. */
export interface VaultKeyOptions {
  /** 32 bytes, or their 64 hex digits, or their base64. */
  readonly key?: Uint8Array | string | undefined;
  readonly passphrase?: string | undefined;
}

export interface ScryptCost {
  /** Binary logarithm of N. */
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** What OWASP asks for: 128 MiB and about half a second for every guess. */
export const scryptCost: ScryptCost = { logN: 17, r: 8, p: 1 };

const shortestPassphrase = 8;

/** What the owner of a vault knows; the key of a file is derived from it, so two files never share one. */
export type VaultSecret = { readonly kind: 'key'; readonly bytes: Buffer } | { readonly kind: 'passphrase'; readonly bytes: Buffer };

export function secretOf({ key, passphrase }: VaultKeyOptions): VaultSecret {
  if ((key === undefined) === (passphrase === undefined)) throw new RedactError('OPTIONS', 'a vault takes either a key or a passphrase');
  if (passphrase === undefined) return { kind: 'key', bytes: bytesOf(key) };
  if (typeof passphrase !== 'string' || passphrase.length < shortestPassphrase) {
    throw new RedactError('OPTIONS', `a passphrase must be a text of at least ${shortestPassphrase} characters`);
  }
  // The same words typed on another system may be composed otherwise.
  return { kind: 'passphrase', bytes: Buffer.from(passphrase.normalize('NFC'), 'utf8') };
}

function bytesOf(key: unknown): Buffer {
  const bytes = typeof key === 'string' ? decode(key) : key instanceof Uint8Array ? Buffer.from(key) : undefined;
  if (bytes?.length !== 32) throw new RedactError('OPTIONS', 'a vault key must be 32 bytes, or their 64 hex digits, or their base64');
  return bytes;
}

function decode(text: string): Buffer | undefined {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  // 'base64' reads the URL alphabet too.
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** The key of one file: its salt makes it one that no other file has. */
export function fileKey(secret: VaultSecret, salt: Buffer, cost: ScryptCost): Buffer {
  const master = secret.kind === 'key' ? secret.bytes : stretched(secret.bytes, salt, cost);
  return Buffer.from(hkdfSync('sha256', master, salt, 'enforcecore vault 1', 32));
}

function stretched(passphrase: Buffer, salt: Buffer, { logN, r, p }: ScryptCost): Buffer {
  const N = 2 ** logN;
  return scryptSync(passphrase, salt, 32, { N, r, p, maxmem: 256 * N * r });
}
