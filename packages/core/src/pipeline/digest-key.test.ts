import { describe, expect, it } from '@jest/globals';
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { DigestKey, digestOf, verifyDigest } from './digest-key.js';
import { jsonText } from './json-text.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The published rule, written down a second time: HMAC by Node, from the text of the key to the digest. */
function byNode(keyText: string, text: string): string {
  const key = sha256(keyText.trim());
  return `hmac-sha256:${sha256(key).slice(0, 8)}:${createHmac('sha256', key).update(text).digest('hex')}`;
}

describe('DigestKey', () => {
  it('is HMAC-SHA256 as Node has it, for any key and any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (keyText, text) => {
        expect(new DigestKey(keyText).of(text)).toBe(byNode(keyText, text));
      }),
    );
  });

  it.each(['', 'ä', '𝄞 and 漢字', '\u0000\u007f\u0080\u07ff\u0800\uffff', 'x'.repeat(1_000_000), '{"a":"\ud800"}'])('is HMAC-SHA256 over the UTF-8 of text no. %#', (text) => {
    expect(new DigestKey('k'.repeat(32)).of(text)).toBe(byNode('k'.repeat(32), text));
  });

  it('does not carry anything over from one text to the next', () => {
    const key = new DigestKey('one');
    const first = key.of('a');

    key.of('b'.repeat(500));

    expect(key.of('a')).toBe(first);
  });

  it('stands fast: these digests are in trails', () => {
    expect(new DigestKey('0123456789abcdef0123456789abcdef').of('["a"]')).toBe(
      'hmac-sha256:d583e898:427f87bc60e945ac938964b03765a8d763b65eed9bc8f806cfed18f74cb52eae',
    );
  });

  it('names its key without telling anything of it', () => {
    const key = new DigestKey('0123456789abcdef0123456789abcdef');

    expect(sha256('0123456789abcdef0123456789abcdef')).not.toContain(key.prefix.slice(12, 20));
  });

  it('ignores the newline behind a key that was read from a file', () => {
    expect(new DigestKey(`${'f'.repeat(64)}\n`).of('x')).toBe(new DigestKey('f'.repeat(64)).of('x'));
  });
});

describe('verifyDigest', () => {
  const key = new DigestKey('k'.repeat(32));
  const other = new DigestKey('l'.repeat(32));

  it('holds for what was digested, and for nothing else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, another) => {
        const digest = digestOf(value, key) ?? '';

        expect(verifyDigest(digest, value, key)).toBe(true);
        expect(verifyDigest(digest, another, key)).toBe(jsonText(value) === jsonText(another));
        expect(verifyDigest(digest, value, other)).toBe(false);
      }),
    );
  });

  it('tells apart what JSON alone would not', () => {
    const values = [new Map([['a', 1]]), new Set([1]), Uint8Array.of(1), 1n, /1/, new URL('http://one.example'), new Date(1), { a: 1 }, [1], '1', 1];

    expect(new Set(values.map((value) => digestOf(value, key))).size).toBe(values.length);
  });

  it.each(['', 'sha256:00', 'hmac-sha256', `hmac-sha256:${'0'.repeat(8)}:${'Z'.repeat(64)}`, '\u{1f600}'.repeat(85), 'x'.repeat(100_000)])(
    'refuses %#, which is no digest',
    (digest) => {
      expect(verifyDigest(digest, ['a'], key)).toBe(false);
    },
  );

  it('has no digest for what has no text', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);

    expect([digestOf(undefined, key), digestOf(cycle, key), verifyDigest('', cycle, key)]).toEqual([undefined, undefined, false]);
  });
});
