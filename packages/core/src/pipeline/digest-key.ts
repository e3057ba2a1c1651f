import { hash, timingSafeEqual } from 'node:crypto';
import { jsonText } from './json-text.js';

/** A digest as it stands in an entry: which key made it, by 8 hex digits, and the code. */
const form = /^hmac-sha256:[0-9a-f]{8}:[0-9a-f]{64}$/;

/**
 * The key of the digests of arguments and results. Without it nobody can guess a short argument from its digest; who has
 * it can check whether an argument belongs to an entry. Its text is what `auditDigestKey` or the file `digest.key` holds;
 * white space around it does not count. The HMAC's key is the SHA-256 of the text as 64 hex digits, and the digest names
 * it by the first 8 hex digits of the SHA-256 of those.
 */
export class DigestKey {
  /** What every digest of this key begins with. */
  readonly prefix: string;
  readonly #inner: string;
  /** The outer block, and room for the inner hash behind it. */
  readonly #outer = Buffer.alloc(blockBytes + 32);

  constructor(text: string) {
    const key = hash('sha256', text.trim());
    this.prefix = `hmac-sha256:${hash('sha256', key).slice(0, 8)}:`;
    this.#inner = xored(key, 0x36);
    this.#outer.write(xored(key, 0x5c), 'latin1');
  }

  /**
   * HMAC-SHA256 (RFC 2104) over UTF-8 text. The key is exactly one block of ASCII and so is what it becomes under both
   * pads, so the inner hash can be taken over joined text: two one-shot hashes at half the price of an Hmac object.
   */
  of(text: string): string {
    this.#outer.write(hash('sha256', this.#inner + text, 'binary'), blockBytes, 'latin1');
    return this.prefix + hash('sha256', this.#outer);
  }
}

const blockBytes = 64;

function xored(key: string, pad: number): string {
  return Array.from(key, (digit) => String.fromCharCode(digit.charCodeAt(0) ^ pad)).join('');
}

/**
 * The digest of an argument list or a result, as entries have it in `args_digest` and `result_digest`; `undefined` for a
 * value that has no JSON text. The text is `JSON.stringify` without spaces, members in the order that the value has them;
 * of arguments it is the list as the tool got it, cleaned. What JSON cannot say is spelled out: a Map as
 * `{"$map":[[key,value],…]}`, a Set as `{"$set":[…]}`, bytes as `{"$bytes":"base64"}`, a Date as `{"$date":milliseconds}`,
 * a RegExp as `{"$pattern":"…"}`, a URL as `{"$url":"…"}`, a bigint as `{"$bigint":"…"}`, an accessor as `{"$accessor":true}`.
 */
export function digestOf(value: unknown, key: DigestKey): string | undefined {
  const text = jsonText(value);
  return text === undefined ? undefined : key.of(text);
}

/** Whether a digest from an entry belongs to this value: false as well for one that another key made. */
export function verifyDigest(digest: string, value: unknown, key: DigestKey): boolean {
  const expected = digestOf(value, key);
  if (expected === undefined || !form.test(digest)) return false;
  return timingSafeEqual(Buffer.from(expected), Buffer.from(digest));
}
