import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { RedactError } from '../errors.js';
import { damage } from './vault-error.js';
import { fileKey, scryptCost, type ScryptCost, type VaultSecret } from './vault-key.js';

/*
 * magic 7 | version 1 | kdf 1 | log N 1 | r 1 | p 1 | salt 32 | nonce 12 | tag 16 | check 8
 * The tag is that of an empty text under the file's key with all before it as associated data: a wrong key does not
 * make it. The check is a plain hash of all before it: damage does not keep it. Together they tell one from the other.
 */
const magic = Buffer.from('ECVAULT', 'latin1');
const version = 1;
const kdfs = ['key', 'passphrase'] as const;
const saltAt = 12;
const nonceAt = 44;
const tagAt = 56;
const checkAt = 72;
export const headerLength = 80;

/** What the records of a file are sealed with, and the tag their chain begins with. */
export interface OpenedHeader {
  readonly key: Buffer;
  readonly tag: Buffer;
}

export function createHeader(secret: VaultSecret): OpenedHeader & { readonly bytes: Buffer } {
  const bytes = Buffer.alloc(headerLength);
  const { logN, r, p } = secret.kind === 'passphrase' ? scryptCost : { logN: 0, r: 0, p: 0 };
  magic.copy(bytes);
  bytes.set([version, kdfs.indexOf(secret.kind), logN, r, p], magic.length);
  randomBytes(32).copy(bytes, saltAt);
  randomBytes(12).copy(bytes, nonceAt);
  const key = fileKey(secret, bytes.subarray(saltAt, nonceAt), { logN, r, p });
  const cipher = createCipheriv('aes-256-gcm', key, bytes.subarray(nonceAt, tagAt)).setAAD(bytes.subarray(0, tagAt));
  cipher.final();
  const tag = cipher.getAuthTag();
  tag.copy(bytes, tagAt);
  checkOf(bytes).copy(bytes, checkAt);
  return { bytes, key, tag };
}

export function openHeader(file: Buffer, secret: VaultSecret, path: string): OpenedHeader {
  const bytes = file.subarray(0, headerLength);
  const found = bytes[magic.length];
  if (bytes.length > 0 && !magic.subarray(0, bytes.length).equals(bytes.subarray(0, magic.length))) throw damage(path, 0, 'it does not begin as a vault does');
  if (bytes.length < headerLength) throw damage(path, bytes.length, 'its header is cut off');
  if (found !== version) {
    throw new RedactError('VAULT', `the vault ${path} has format ${String(found)} and this release reads ${version}: open it with the release that wrote it`);
  }
  if (!checkOf(bytes).equals(bytes.subarray(checkAt))) throw damage(path, 0, 'its header is not what was written');
  return unlock(bytes, secret, path);
}

function unlock(bytes: Buffer, secret: VaultSecret, path: string): OpenedHeader {
  const [kind, logN = 0, r = 0, p = 0] = bytes.subarray(magic.length + 1, saltAt);
  const made = kdfs[kind ?? -1];
  if (made === undefined || (made === 'passphrase' && !isBearable({ logN, r, p }))) throw damage(path, magic.length + 1, 'its key settings are out of bounds');
  if (made !== secret.kind) throw new RedactError('VAULT', `the vault ${path} was made with a ${made}, got a ${secret.kind}: open it with the ${made}`);
  const key = fileKey(secret, bytes.subarray(saltAt, nonceAt), { logN, r, p });
  const tag = Buffer.from(bytes.subarray(tagAt, checkAt));
  try {
    createDecipheriv('aes-256-gcm', key, bytes.subarray(nonceAt, tagAt)).setAAD(bytes.subarray(0, tagAt)).setAuthTag(tag).final();
  } catch {
    throw new RedactError('VAULT', `the vault ${path} was made with another ${made}: open it with the one it was made with`);
  }
  return { key, tag };
}

/** Hostile input: a forged header may not ask for memory without end. */
function isBearable({ logN, r, p }: ScryptCost): boolean {
  return logN >= 14 && logN <= 20 && r >= 1 && r <= 16 && p >= 1 && p <= 4;
}

function checkOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes.subarray(0, checkAt)).digest().subarray(0, headerLength - checkAt);
}
