import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as browser from '../platform/browser.js';
import * as node from '../platform/node.js';
import { cosignatureKey, cosignatureMessage, formatCosignature, readCosignature } from './cosignature.js';
import { fromBase64, toBase64 } from './encoding.js';
import { generateKeyPair, KeySigner } from './key-signer.js';
import { addSignature, signCheckpoint } from './sign-checkpoint.js';
import { formatSignatureLine, formatSignedNote, parseSignedNote } from './signed-note.js';
import { parseVerifierKey, type VerifierKey } from './verifier-key.js';
import { verifyNote } from './verify-note.js';

const PETER = parseVerifierKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const LINE = '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const ROOT = 'ab'.repeat(32);

const log = new KeySigner(generateKeyPair('example.com/log').signingKey);
const logKey = parseVerifierKey(log.verifierKey);
const witness = new KeySigner(generateKeyPair('witness.example/w1', 'cosignature/v1').signingKey);
const witnessKey = parseVerifierKey(witness.verifierKey);

async function signed(size = 3): Promise<string> {
  return signCheckpoint({ origin: 'example.com/log', size, root: ROOT }, log);
}

function cosignature(text: string, time: number, by = witness, key: VerifierKey = cosignatureKey(parseVerifierKey(by.verifierKey))): string {
  const bytes = formatCosignature(time, by.sign(cosignatureMessage(time, text)));
  return formatSignatureLine({ name: key.name, keyId: key.keyId, bytes });
}

async function verdictOf(note: string, ...keys: VerifierKey[]): Promise<{ good: unknown[]; wrong: number; unknown: number }> {
  const { verified, wrong, unknown } = await verifyNote(parseSignedNote(note, { allowUnsigned: true }), keys);
  return { good: verified.map(({ key, time }) => [key.name, time]), wrong: wrong.length, unknown };
}

describe('a note is verified:', () => {
  it("the example of Go's note package", async () => {
    expect(await verdictOf(`${TEXT}\n${LINE}`, PETER)).toEqual({ good: [['PeterNeumann', null]], wrong: 0, unknown: 0 });
  });

  it('the example of C2SP signed-note', async () => {
    const key = parseVerifierKey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k');
    const note =
      'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';

    expect(await verdictOf(note, key)).toEqual({ good: [['example.com/foo', null]], wrong: 0, unknown: 0 });
  });

  it('a changed text or signature is wrong, not unknown', async () => {
    expect(await verdictOf(`${TEXT.replace('answer', 'Answer')}\n${LINE}`, PETER)).toEqual({ good: [], wrong: 1, unknown: 0 });
    expect(await verdictOf(`${TEXT}\n${LINE.replace('JnAM', 'JnAA')}`, PETER)).toEqual({ good: [], wrong: 1, unknown: 0 });
    expect(await verdictOf(`${TEXT}\n— PeterNeumann x08go/ZJ\n`, PETER)).toEqual({ good: [], wrong: 1, unknown: 0 });
    expect(await verdictOf(`${TEXT}\n${LINE}${LINE.replace('JnAM', 'JnAA')}`, PETER)).toEqual({ good: [['PeterNeumann', null]], wrong: 1, unknown: 0 });
  });

  it('keys that share a name, or an id, or nothing are unknown', async () => {
    const sameName = parseVerifierKey(generateKeyPair('PeterNeumann').verifierKey);
    const sameId = { ...sameName, name: 'Other', keyId: PETER.keyId };

    expect(await verdictOf(`${TEXT}\n${LINE}${LINE}`, sameName, sameId)).toEqual({ good: [], wrong: 0, unknown: 2 });
    expect(await verdictOf(TEXT, PETER)).toEqual({ good: [], wrong: 0, unknown: 0 });
  });

  it('two keys that cannot be told apart are refused', async () => {
    const forged = { ...parseVerifierKey(generateKeyPair('PeterNeumann').verifierKey), keyId: PETER.keyId };

    await expect(verdictOf(`${TEXT}\n${LINE}`, PETER, forged)).rejects.toMatchObject({ code: 'KEY' });
    expect((await verdictOf(`${TEXT}\n${LINE}`, PETER, PETER)).good).toHaveLength(1);
  });

  it('a cosignature gives the time it was made, the latest where there are two', async () => {
    const note = await signed();
    const { text } = parseSignedNote(note);
    const twice = [5, 1_679_315_147, 7].reduce((all, time) => addSignature(all, cosignature(text, time)), note);

    expect(await verdictOf(twice, logKey, witnessKey)).toEqual({
      good: [
        ['example.com/log', null],
        ['witness.example/w1', 1_679_315_147],
      ],
      wrong: 0,
      unknown: 0,
    });
  });

  it('a cosignature is for its text and time only, and no plain signature', async () => {
    const note = await signed();
    const { text } = parseSignedNote(note);
    const other = parseSignedNote(await signed(4)).text;
    const moved = formatSignatureLine({ ...witnessKey, bytes: formatCosignature(6, witness.sign(cosignatureMessage(5, text))) });
    const plain = formatSignatureLine({ ...witnessKey, bytes: witness.sign(Buffer.from(text)) });
    const farAway = new Uint8Array(72).fill(0xff);
    const unreadable = formatSignatureLine({ ...witnessKey, bytes: farAway });

    for (const line of [cosignature(other, 5), moved, plain, unreadable]) {
      expect(await verdictOf(addSignature(note, line), logKey, witnessKey)).toEqual({ good: [['example.com/log', null]], wrong: 1, unknown: 0 });
    }
    expect(readCosignature(farAway)).toBeNull();
  });

  it('one key never passes for its other use', async () => {
    const note = await signed();
    const asWitness = cosignatureKey(logKey);

    expect((await verdictOf(note, asWitness)).unknown).toBe(1);
    expect((await verdictOf(addSignature(note, cosignature(parseSignedNote(note).text, 5, log, asWitness)), logKey)).unknown).toBe(1);
  });
});

describe('a checkpoint is signed', () => {
  const checkpoint = { origin: 'example.com/log', size: 3, root: ROOT };

  it('at once where the signer signs at once, else later, and by nobody without one', async () => {
    const later = { verifierKey: log.verifierKey, sign: (message: Uint8Array) => Promise.resolve(log.sign(message)) };

    expect(typeof signCheckpoint(checkpoint, log)).toBe('string');
    expect(await signCheckpoint(checkpoint, later)).toBe(signCheckpoint(checkpoint, log));
    expect(signCheckpoint(checkpoint, null)).toBe(parseSignedNote(await signed()).text);
  });

  it('only by the key that has the name of the log, and is no witness', () => {
    const refused = expect.objectContaining({ code: 'KEY' });
    const misnamed = new KeySigner(generateKeyPair('example.com/other').signingKey);
    const asWitness = new KeySigner(generateKeyPair('example.com/log', 'cosignature/v1').signingKey);

    for (const signer of [misnamed, asWitness]) expect(() => signCheckpoint(checkpoint, signer)).toThrow(refused);
  });

  it('never with something that is no signature', async () => {
    for (const bytes of [new Uint8Array(63), new Uint8Array(65), 'x'.repeat(64), null, undefined, Array(64).fill(0)]) {
      // A signer may be anyone's code, not only what its type says.
      const wrong = { verifierKey: log.verifierKey, sign: () => bytes as Uint8Array };
      const wrongLater = { verifierKey: log.verifierKey, sign: () => Promise.resolve(bytes as Uint8Array) };

      expect(() => signCheckpoint(checkpoint, wrong)).toThrow(expect.objectContaining({ code: 'KEY' }));
      await expect(signCheckpoint(checkpoint, wrongLater)).rejects.toMatchObject({ code: 'KEY' });
    }
  });

  it('by more than one: lines are added once each, and only whole ones', async () => {
    const note = await signed();
    const line = cosignature(parseSignedNote(note).text, 5);
    const full = formatSignedNote({ text: TEXT, signatures: Array.from({ length: 100 }, () => parseSignedNote(note).signatures).flat() });

    const added = addSignature(note, `${line}\n`);

    expect(added).toBe(`${note}${line}\n`);
    expect(addSignature(added, line)).toBe(added);
    expect(addSignature(TEXT, LINE)).toBe(`${TEXT}\n${LINE}`);
    for (const bad of ['', 'x', `${line}\n${line}`, `${line}\n\n`]) expect(() => addSignature(note, bad)).toThrow(expect.objectContaining({ code: 'FORMAT' }));
    expect(() => addSignature(full, line)).toThrow(expect.objectContaining({ code: 'FORMAT' }));
  });
});

describe('base64', () => {
  it('has one form only', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => Buffer.from(bytes).equals(fromBase64(toBase64(bytes)) ?? Buffer.of())));
    fc.assert(fc.property(fc.uint8Array(), (bytes) => toBase64(bytes) === Buffer.from(bytes).toString('base64')));
    for (const text of ['', 'A', 'AA', 'AAA', 'AA==\n', 'AB==', 'AAB=', 'A A=', 'AA-_', '====', 'AAAA====']) expect(fromBase64(text)).toBeNull();
  });
});

describe('Ed25519 without Node', () => {
  it('is Ed25519 with it', async () => {
    const message = Buffer.from(TEXT);
    const signature = new Uint8Array(log.sign(message));
    const cases: readonly (readonly [Uint8Array, Uint8Array])[] = [
      [logKey.publicKey, signature],
      [witnessKey.publicKey, signature],
      [logKey.publicKey, signature.map((byte, i) => (i === 9 ? byte ^ 1 : byte))],
      [logKey.publicKey, signature.slice(1)],
      [logKey.publicKey.slice(1), signature],
      [new Uint8Array(32).fill(0xff), signature],
    ];

    for (const [i, [key, given]] of cases.entries()) {
      expect([await node.verifyEd25519(key, message, given), await browser.verifyEd25519(key, message, given)]).toEqual([i === 0, i === 0]);
    }
  });

  it('says so where there is no Ed25519, and calls no signature wrong', async () => {
    const real = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
    // What a page that is not served securely has.
    Object.defineProperty(globalThis, 'crypto', { value: {}, configurable: true });
    try {
      await expect(browser.verifyEd25519(logKey.publicKey, Buffer.from(TEXT), new Uint8Array(64))).rejects.toMatchObject({ code: 'KEY' });
    } finally {
      Object.defineProperty(globalThis, 'crypto', real ?? {});
    }
  });
});
