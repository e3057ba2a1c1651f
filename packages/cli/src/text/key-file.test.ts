import { afterAll, describe, expect, it } from '@jest/globals';
import { Folder } from '../files.test.kit.js';
import { readVaultKey } from './key-file.js';

const folder = new Folder();
afterAll(() => {
  folder.remove();
});
const read = (content: string | Uint8Array): unknown => readVaultKey(folder.file('key', content));

describe('readVaultKey', () => {
  it('reads the digits and the base64 of a key, with or without a line end', () => {
    const hex = '0F'.repeat(32);
    const base64 = Buffer.alloc(32, 7).toString('base64');

    expect([read(hex), read(`${hex}\r\n`), read(`${base64}\n`)]).toEqual([{ key: hex }, { key: hex }, { key: base64 }]);
  });

  it('takes any other line for a passphrase, also one of 32 bytes', () => {
    expect([read('correct horse battery staple\n'), read('x'.repeat(32))]).toEqual([{ passphrase: 'correct horse battery staple' }, { passphrase: 'x'.repeat(32) }]);
  });

  it('takes 32 bytes that are no text for a key', () => {
    const bytes = Buffer.alloc(32, 0xff);

    expect(read(bytes)).toEqual({ key: bytes });
  });

  it.each(['', '\n', '   \n', 'a\nb\n', 'a\0b'])('refuses %j, and does not quote it', (content) => {
    expect(() => read(content)).toThrow(/^the key in .+ is refused: expected 32 bytes, their hex digits or base64, or one line with a passphrase$/);
  });
});
