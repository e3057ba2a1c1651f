import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidToolNameError } from '../errors.js';
import { canonicalToolName, readToolPattern } from './tool-name.js';

describe('canonicalToolName', () => {
  it.each([
    ['  Send_Mail\t', 'send_mail'],
    ['\uff33\uff45\uff4e\uff44', 'send'],
    ['FILES.read:v2', 'files.read:v2'],
    ['<lambda>', '<lambda>'],
    ['\u039f\u0394\u039f\u03a3', '\u03bf\u03b4\u03bf\u03c3'],
    ['\u03bf\u03b4\u03bf\u03c2', '\u03bf\u03b4\u03bf\u03c3'],
    ['\u00c9tat', '\u00e9tat'],
    ['e\u0301tat', '\u00e9tat'],
    ['__proto__', '__proto__'],
  ])('makes %j into %j', (name, canonical) => {
    expect(canonicalToolName(name)).toBe(canonical);
  });

  it.each([
    ['', 'invalid tool name: expected 1 to 256 characters, got none'],
    [' \n', 'invalid tool name: expected 1 to 256 characters, got none'],
    ['a'.repeat(257), 'invalid tool name: expected 1 to 256 characters, got 257'],
    ['a'.repeat(5_000_000), 'invalid tool name: expected 1 to 256 characters, got 5000000'],
    ['rm -rf', 'invalid tool name: expected letters, digits and _ . - : < >, got U+0020'],
    ['a/b', 'invalid tool name: expected letters, digits and _ . - : < >, got "/"'],
    ['a*', 'invalid tool name: expected letters, digits and _ . - : < >, got "*"'],
    ['a\u0000', 'invalid tool name: expected letters, digits and _ . - : < >, got U+0000'],
    ['send\u200bmail', 'invalid tool name: expected letters, digits and _ . - : < >, got U+200B'],
    ['send_mail\ufe0f', 'invalid tool name: expected letters, digits and _ . - : < >, got U+FE0F'],
    ['send\u3164mail', 'invalid tool name: expected letters, digits and _ . - : < >, got U+1160'],
    ['\ud800', 'invalid tool name: expected letters, digits and _ . - : < >, got U+D800'],
    ['a\n', undefined],
  ])('refuses %j', (name, message) => {
    if (message === undefined) expect(canonicalToolName(name)).toBe('a');
    else expect(() => canonicalToolName(name)).toThrow(new InvalidToolNameError(message));
  });

  it('counts characters after NFKC, which makes one of them eighteen', () => {
    expect(() => canonicalToolName('\ufdfa'.repeat(20))).toThrow(InvalidToolNameError);
  });

  it.each([undefined, null, 7, {}, ['a'], Symbol('a'), { toString: () => 'a' }])('refuses %p, which is no text', (name) => {
    const hostile = name as string; // What a caller without types may pass.

    expect(() => canonicalToolName(hostile)).toThrow(InvalidToolNameError);
  });

  it('never repeats the refused name, which may hold anything', () => {
    expect(() => canonicalToolName('token=AKIA1234')).toThrow(expect.objectContaining({ message: expect.not.stringContaining('AKIA') }));
  });

  it('makes a canonical name of a canonical name, and of any case of it, the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        const { canonical } = readToolPattern(text);
        fc.pre(canonical !== undefined);

        expect(readToolPattern(canonical).canonical).toBe(canonical);
      }),
      { numRuns: 500 },
    );
  });

  it('is its own canonical name for every letter of Unicode', () => {
    const unstable: string[] = [];
    for (let code = 0; code < 0x20000; code++) {
      const { canonical } = readToolPattern(String.fromCodePoint(code));
      if (canonical !== undefined && readToolPattern(canonical).canonical !== canonical) unstable.push(code.toString(16));
    }

    expect(unstable).toEqual([]);
  });
});
