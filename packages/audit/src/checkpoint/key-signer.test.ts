import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPair, KeySigner, signerFrom } from './key-signer.js';
import { signCheckpoint } from './sign-checkpoint.js';
import { formatSignatureLine, parseSignedNote } from './signed-note.js';
import { parseVerifierKey } from './verifier-key.js';
import { verifyNote } from './verify-note.js';

// The example of Go's note package.
const SECRET = 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const PETER = `PRIVATE+KEY+PeterNeumann+c74f20a3+${SECRET}`;
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const LINE = '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=';

const refused = expect.objectContaining({ name: 'TrailError', code: 'KEY' });

describe('a signing key', () => {
  it("signs as Go's note package does", () => {
    const signer = new KeySigner(PETER);

    expect(signer.verifierKey).toBe('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
    expect(formatSignatureLine({ name: 'PeterNeumann', keyId: 'c74f20a3', bytes: signer.sign(Buffer.from(TEXT)) })).toBe(LINE);
  });

  it('that was generated verifies what it signed, and is another one every time', async () => {
    const pair = generateKeyPair('example.com/log');
    const { signingKey, verifierKey } = pair;
    const signer = new KeySigner(signingKey);
    const note = signCheckpoint({ origin: 'example.com/log', size: 1, root: '0'.repeat(64) }, signer);

    const verdict = await verifyNote(parseSignedNote(await note), [parseVerifierKey(verifierKey)]);

    expect([signer.verifierKey, verdict.verified.length]).toEqual([verifierKey, 1]);
    expect(generateKeyPair('example.com/log').verifierKey).not.toBe(verifierKey);
    expect(new KeySigner(generateKeyPair('w', 'cosignature/v1').signingKey).verifierKey).toMatch(/^w\+[0-9a-f]{8}\+B/);
  });

  it('shows in no text, dump or message', () => {
    const pair = generateKeyPair('example.com/log');
    const secret = pair.signingKey.split('+').slice(4).join('+');
    const signer = new KeySigner(pair.signingKey);
    const shown = [pair, signer].flatMap((value) => [
      String(value),
      JSON.stringify(value),
      inspect(value, { showHidden: true, depth: 9, getters: false }),
      JSON.stringify(Object.entries(value)),
    ]);
    const messages = [pair.signingKey.slice(0, -4), `${pair.signingKey}x`, pair.signingKey.replace('log', 'lot'), secret].map((key) => {
      try {
        return inspect(new KeySigner(key));
      } catch (error) {
        return inspect(error, { depth: 9 });
      }
    });

    for (const text of [...shown, ...messages]) {
      expect(text).not.toContain(secret.slice(0, 12));
      expect(text).not.toContain('PRIVATE+KEY+e');
    }
  });

  it('is refused where it is damaged', () => {
    const hostile = ['', PETER.slice(1), PETER.slice(0, -4), PETER.replace('c74f20a3', 'c74f20a4'), PETER.replace('Peter', 'Pater'), PETER.replace('AYEK', 'ZYEK'), `${PETER}\n`];

    for (const key of hostile) expect(() => new KeySigner(key)).toThrow(refused);
    for (const key of [null, 7, {}]) expect(() => new KeySigner(key as string)).toThrow(refused);
    for (const name of ['', 'a b', 'a+b', 'a\n', null]) expect(() => generateKeyPair(name as string)).toThrow(refused);
  });
});

describe('a key in a file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'enforcecore-key-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function file(name: string, text: string, mode = 0o600): string {
    const path = join(folder, name);
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  }

  it('is taken where only its owner may read it', () => {
    const wanted = new KeySigner(PETER).verifierKey;

    expect(signerFrom({ file: file('good', `${PETER}\n`) }).verifierKey).toBe(wanted);
    expect(signerFrom({ file: file('read-only', PETER, 0o400) }).verifierKey).toBe(wanted);
    expect(signerFrom({ key: `${PETER}\n` }).verifierKey).toBe(wanted);
  });

  it('is refused where others may, whatever is in it', () => {
    for (const mode of [0o640, 0o604, 0o620, 0o602, 0o644, 0o666]) {
      expect(() => signerFrom({ file: file(`mode-${mode}`, PETER, mode) })).toThrow(refused);
    }
  });

  it('is refused, without a word of it, where it is missing, damaged or no file', () => {
    execFileSync('mkfifo', ['-m', '600', join(folder, 'fifo')]);
    const paths = [join(folder, 'nowhere'), folder, '/dev/zero', join(folder, 'fifo'), file('huge', PETER.repeat(100)), file('half', PETER.slice(0, 50)), 'a\0b'];

    for (const path of paths) {
      let seen: unknown;
      try {
        signerFrom({ file: path });
      } catch (error) {
        seen = error;
      }
      expect(seen).toEqual(refused);
      expect(inspect(seen)).not.toContain(SECRET.slice(0, 8));
    }
  });

  it('or text: one of both', () => {
    const options = expect.objectContaining({ name: 'TrailError', code: 'OPTIONS' });

    expect(() => signerFrom({})).toThrow(options);
    expect(() => signerFrom({ file: 'x', key: PETER })).toThrow(options);
  });
});
