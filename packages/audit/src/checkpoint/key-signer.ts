import { createPrivateKey, createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { TrailError, fileError } from '../errors.js';
import type { Signer } from './signer.js';
import { formatVerifierKey, isKeyName, markedKey, readMarkedKey, verifierKeyOf, type KeyAlgorithm } from './verifier-key.js';

// RFC 8410: the DER of a PrivateKeyInfo up to the 32 bytes of an Ed25519 seed, and of a SubjectPublicKeyInfo up to the key.
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEAD_LENGTH = 12;

const MAX_KEY_LENGTH = 4096;

function privateKeyOf(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
}

function publicBytes(key: KeyObject): Uint8Array {
  return new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD_LENGTH));
}

/** A new key in both its forms; the secret one shows only to who asks for it by name. */
export class KeyPair {
  readonly verifierKey: string;
  readonly #signingKey: string;

  constructor(signingKey: string, verifierKey: string) {
    this.verifierKey = verifierKey;
    this.#signingKey = signingKey;
  }

  /** `PRIVATE+KEY+<name>+<key id>+<base64>`, as Go's note package writes it: keep it secret. */
  get signingKey(): string {
    return this.#signingKey;
  }
}

/** Makes an Ed25519 key; `name` is the origin of the log, or the name of the witness, that will sign with it. */
export function generateKeyPair(name: string, algorithm: KeyAlgorithm = 'ed25519'): KeyPair {
  if (typeof name !== 'string' || !isKeyName(name)) {
    throw new TrailError('KEY', '', 'cannot make a key: expected a name that has neither spaces nor a plus, such as example.com/audit');
  }
  const seed = randomBytes(32);
  const key = verifierKeyOf(name, algorithm, publicBytes(privateKeyOf(seed)));
  return new KeyPair(`PRIVATE+KEY+${name}+${key.keyId}+${markedKey(algorithm, seed)}`, formatVerifierKey(key));
}

/** Signs with a key held in memory. */
export class KeySigner implements Signer {
  readonly verifierKey: string;
  readonly #key: KeyObject;

  /** Takes what `generateKeyPair` calls a signing key; throws `TrailError` KEY, without the key, for anything else. */
  constructor(signingKey: string) {
    const match = typeof signingKey === 'string' ? /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([^\n]+)$/.exec(signingKey) : null;
    const [, name = '', keyId = '', encoded = ''] = match ?? [];
    const marked = readMarkedKey(encoded);
    if (marked === null || !isKeyName(name)) {
      throw new TrailError('KEY', '', 'not a signing key: expected PRIVATE+KEY+<name>+<8 hex digits>+<base64>, as keygen writes it');
    }
    this.#key = privateKeyOf(marked.key);
    const key = verifierKeyOf(name, marked.algorithm, publicBytes(this.#key));
    if (key.keyId !== keyId) {
      throw new TrailError('KEY', '', `cannot use signing key ${name}: it does not have the key id it names: check that it was copied whole`);
    }
    this.verifierKey = formatVerifierKey(key);
  }

  sign(message: Uint8Array): Uint8Array {
    return new Uint8Array(sign(null, message, this.#key));
  }
}

/** Where a signing key is: in a file that only its owner may read, or in a text. */
export interface KeySource {
  readonly file?: string | undefined;
  readonly key?: string | undefined;
}

/** The signer of exactly one key; throws `TrailError` KEY for a key that is missing, damaged or readable by others than its owner. */
export function signerFrom({ file, key }: KeySource): KeySigner {
  if ((file === undefined) === (key === undefined)) {
    throw new TrailError('OPTIONS', '', 'cannot choose a signing key: give either a file or the key itself');
  }
  if (file === undefined) return new KeySigner((key ?? '').trim());
  try {
    return new KeySigner(readKeyFile(file).trim());
  } catch (error) {
    const { message, cause } = fileError(error, file, 'cannot read the signing key');
    throw new TrailError('KEY', file, message.includes(file) ? message : `${message}, in ${file}`, { cause });
  }
}

function readKeyFile(file: string): string {
  // Not blocking: a FIFO in its place must not hang the process.
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile() || stats.size > MAX_KEY_LENGTH) {
      throw new TrailError('KEY', file, `cannot use ${file} as a signing key: expected a file of one line`);
    }
    if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
      const mode = (stats.mode & 0o777).toString(8);
      throw new TrailError('KEY', file, `refused the signing key ${file}: others than its owner may use it (mode ${mode}): chmod 600`);
    }
    const bytes = Buffer.alloc(stats.size);
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, stats.size, 0));
  } finally {
    closeSync(fd);
  }
}
