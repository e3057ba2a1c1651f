import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';
import { RedactError } from '../errors.js';
import { vaultToken } from './vault.js';
import { damage } from './vault-error.js';
import type { OpenedHeader } from './vault-header.js';

/*
 * length 4 | its complement 4 | nonce 12 | sealed text | tag 16
 * The associated data of a record are the header's tag, its index and the tag before it, so that no record can be moved,
 * left out in the middle, repeated or taken from another file. The complement tells a damaged length from a torn end.
 */
const lengths = 8;
const nonceLength = 12;
const tagLength = 16;
const frame = lengths + nonceLength + tagLength;
const longestRecord = 16 * 1024 * 1024;

export interface VaultRecord {
  readonly token: string;
  readonly category: string;
  readonly value: string;
}

/** Seals and opens the records of one file in their order. */
export class VaultRecords {
  readonly #key: Buffer;
  readonly #path: string;
  /** Header's tag 16, index 8, tag of the record before 16. */
  readonly #bound = Buffer.alloc(40);
  readonly #nonces = Buffer.alloc(nonceLength * 64);
  #nonceAt = this.#nonces.length;
  #index = 0n;

  constructor({ key, tag }: OpenedHeader, path: string) {
    this.#key = key;
    this.#path = path;
    tag.copy(this.#bound, 0);
    tag.copy(this.#bound, 24);
  }

  /** The next record; it counts only once `advance` is called, so that one that could not be written leaves no gap. */
  seal({ token, category, value }: VaultRecord): Buffer {
    const text = Buffer.from(JSON.stringify([token, category, value]), 'utf8');
    if (text.length > longestRecord) throw new RedactError('BUDGET', `a value of more than ${longestRecord} bytes does not fit into a vault`);
    const nonce = this.#nonce();
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(this.#bound);
    const record = Buffer.alloc(frame + text.length);
    record.writeUInt32BE(text.length, 0);
    record.writeUInt32BE(~text.length >>> 0, 4);
    nonce.copy(record, lengths);
    cipher.update(text).copy(record, lengths + nonceLength);
    cipher.final();
    cipher.getAuthTag().copy(record, record.length - tagLength);
    text.fill(0);
    return record;
  }

  advance(record: Buffer): void {
    this.#index += 1n;
    this.#bound.writeBigUInt64BE(this.#index, 16);
    record.copy(this.#bound, 24, record.length - tagLength);
  }

  /** Every record from `at` on; answers where the last whole one ends. Less than a record behind it is a torn write. */
  openAll(file: Buffer, at: number, take: (record: VaultRecord) => void): number {
    let from = at;
    while (from < file.length) {
      const length = this.#lengthAt(file, from);
      if (length === undefined) return from;
      const record = file.subarray(from, from + length);
      take(this.#open(record, from));
      this.advance(record);
      from += length;
    }
    return from;
  }

  forget(): void {
    this.#key.fill(0);
  }

  #lengthAt(file: Buffer, at: number): number | undefined {
    if (file.length - at < lengths) return undefined;
    const length = file.readUInt32BE(at);
    if (file.readUInt32BE(at + 4) !== ~length >>> 0) {
      // A file system that lost power may have grown the file without its bytes.
      if (file.subarray(at).every((byte) => byte === 0)) return undefined;
      throw damage(this.#path, at, `the length of record ${this.#index} is not what was written`);
    }
    return at + frame + length > file.length ? undefined : frame + length;
  }

  #open(record: Buffer, at: number): VaultRecord {
    const sealed = record.length - tagLength;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, record.subarray(lengths, lengths + nonceLength));
    decipher.setAAD(this.#bound).setAuthTag(record.subarray(sealed));
    const text = decipher.update(record.subarray(lengths + nonceLength, sealed));
    try {
      decipher.final();
    } catch {
      throw damage(this.#path, at, `record ${this.#index} is not what was written in its place`);
    }
    return this.#parse(text.toString('utf8'), at);
  }

  /** Sealed by the owner of the key, and still parsed: another release may have written it. */
  #parse(text: string, at: number): VaultRecord {
    const parsed: unknown = JSON.parse(text);
    const [token, category, value] = Array.isArray(parsed) ? (parsed as readonly unknown[]) : [];
    if (typeof token !== 'string' || !vaultToken.test(token) || typeof category !== 'string' || typeof value !== 'string') {
      throw damage(this.#path, at, `record ${this.#index} holds no token, category and value`);
    }
    return { token, category, value };
  }

  /** Random, never counted: a record written anew after a failed write has the same index and must not have the same nonce. */
  #nonce(): Buffer {
    if (this.#nonceAt >= this.#nonces.length) {
      randomFillSync(this.#nonces);
      this.#nonceAt = 0;
    }
    const from = this.#nonceAt;
    this.#nonceAt += nonceLength;
    return this.#nonces.subarray(from, this.#nonceAt);
  }
}
