import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { EncryptedFileVault } from './encrypted-file-vault.js';
import { reveal } from './reveal.js';
import { headerLength } from './vault-header.js';
import { KEY, refusal, Room } from './vault.test.kit.js';

const email = 'john@example.com';
let room: Room;
beforeEach(() => {
  room = new Room();
});
afterEach(() => {
  room.clear();
});

describe('EncryptedFileVault', () => {
  it('keeps tokens and values over closing and opening', () => {
    const first = room.open({ suffix: true });
    const tokens = [email, 'a@b.co', '\ud800 lone', ''].map((value) => first.tokenFor('email', value));
    first.close();
    const second = room.open({ suffix: true });

    expect(second.size).toBe(4);
    expect(tokens.map((token) => second.valueOf(token)?.value)).toEqual([email, 'a@b.co', '\ud800 lone', '']);
    expect(second.tokenFor('email', email)).toBe(tokens[0]);
    expect(second.tokenFor('email', 'new')).toMatch(/^⟦EMAIL_5·/);
    expect(room.warnings).toEqual([]);
    second.close();
  });

  it('shows no value in the file, and the same values never as the same bytes', () => {
    const other = new Room();
    for (const one of [room, other]) {
      const vault = one.open();
      vault.tokenFor('email', email);
      vault.close();
    }

    expect(room.bytes().toString('latin1')).not.toMatch(/john|EMAIL|email/);
    expect(room.bytes().subarray(headerLength + 8).equals(other.bytes().subarray(headerLength + 8))).toBe(false);
    other.clear();
  });

  it('writes a token before it gives it out, and nothing for a known one', () => {
    const vault = room.open();
    const before = room.bytes().length;
    vault.tokenFor('email', email);
    const after = room.bytes().length;
    vault.tokenFor('email', email);

    expect(after).toBeGreaterThan(before);
    expect(room.bytes().length).toBe(after);
    vault.close();
  });

  it('gives any text back after opening again', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.string({ unit: fc.constantFrom('a', '\ud800', '·', '\n', '😀') }), fc.string({ unit: 'binary' })), { maxLength: 6 }), (parts) => {
      const one = new Room();
      const first = one.open();
      const tokenised = parts.map(([before, value]) => before + first.tokenFor('x', value)).join('');
      first.close();
      const second = one.open();

      expect(reveal(tokenised, second).text).toBe(parts.flat().join(''));
      second.close();
      one.clear();
    }), { numRuns: 25 });
  });

  it('is full as a vault in memory is, and loses nothing by it', () => {
    const vault = room.open({ maxEntries: 1 });
    vault.tokenFor('email', email);

    expect(refusal(() => vault.tokenFor('email', 'x')).code).toBe('BUDGET');
    vault.close();
    const again = room.open({ maxEntries: 0 });
    expect(again.tokenFor('email', email)).toBe('⟦EMAIL_1⟧');
    again.close();
  });

  it('refuses a value too long for a record and goes on', () => {
    const vault = room.open();

    expect(refusal(() => vault.tokenFor('x', 'x'.repeat(17 << 20))).code).toBe('BUDGET');
    expect(vault.tokenFor('x', 'y')).toBe('⟦X_1⟧');
    vault.close();
  });

  it('is of no use once closed', () => {
    const vault = room.open({ durable: true });
    const token = vault.tokenFor('email', email);
    vault.close();
    vault.close();

    expect(refusal(() => vault.tokenFor('email', email))).toMatchObject({ code: 'VAULT' });
    expect(refusal(() => vault.valueOf(token))).toMatchObject({ code: 'VAULT' });
    expect(readdirSync(room.folder)).toEqual(['values.vault']);
  });

  it('makes a file for its owner only and warns of one others can reach', () => {
    room.open().close();
    expect(statSync(room.path).mode & 0o777).toBe(0o600);
    chmodSync(room.path, 0o644);
    room.open().close();

    expect(room.warnings).toEqual([{ kind: 'permissions', path: room.path, message: expect.stringMatching(/mode 644.*600$/) as unknown }]);
  });

  it('warns through the process when nobody listens', () => {
    const emitted = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    room.open().close();
    chmodSync(room.path, 0o640);
    room.open({ onWarning: undefined }).close();

    expect(emitted.mock.calls).toEqual([[expect.stringContaining('mode 640'), { code: 'ENFORCECORE_VAULT' }]]);
    emitted.mockRestore();
  });

  it.each([
    ['no key', { key: undefined }], ['both', { key: KEY, passphrase: 'long enough' }], ['a short key', { key: KEY.subarray(1) }], ['a key of another form', { key: 'x'.repeat(44) + '!' }],
    ['a short passphrase', { passphrase: 'short' }], ['no path', { path: '' }], ['a bad bound', { maxEntries: -1 }],
  ])('refuses %s before it makes a file', (_, options) => {
    expect(refusal(() => new EncryptedFileVault({ path: room.path, ...('passphrase' in options && !('key' in options) ? {} : { key: KEY }), ...options })).code).toBe('OPTIONS');
    expect(readdirSync(room.folder)).toEqual([]);
  });

  it('takes a key as bytes, hexadecimal or base64', () => {
    const first = room.open();
    first.tokenFor('email', email);
    first.close();

    for (const key of [Buffer.from(KEY).toString('hex'), Buffer.from(KEY).toString('base64'), Buffer.from(KEY).toString('base64url')]) {
      const vault = room.open({ key });
      expect(vault.size).toBe(1);
      vault.close();
    }
  });

  it('tells a wrong key and a wrong passphrase from damage', () => {
    room.open().close();
    const before = room.bytes();

    expect(refusal(() => room.open({ key: new Uint8Array(32) })).message).toMatch(/another key/);
    expect(refusal(() => room.open({ passphrase: 'correct horse' })).message).toMatch(/made with a key, got a passphrase/);
    expect(room.bytes().equals(before)).toBe(true);
    expect(existsSync(`${room.path}.lock`)).toBe(false);
  });

  it('opens with the passphrase it was made with, however that was typed', () => {
    const vault = room.open({ passphrase: 'caf\u00e9 battery' });
    const token = vault.tokenFor('email', email);
    vault.close();
    const again = room.open({ passphrase: 'cafe\u0301 battery' });

    expect(again.valueOf(token)?.value).toBe(email);
    again.close();
    expect(refusal(() => room.open({ passphrase: 'cafe battery' })).message).toMatch(/another passphrase/);
  });

  it('says what is wrong with a path it cannot use', () => {
    const folder = join(room.folder, 'folder');
    mkdirSync(folder);

    expect(refusal(() => room.open({ path: join(room.folder, 'none', 'x') }))).toMatchObject({ code: 'VAULT', message: expect.stringMatching(/cannot lock .*create it first \(ENOENT\)/) as unknown });
    expect(refusal(() => room.open({ path: folder }))).toMatchObject({ code: 'VAULT', message: expect.stringMatching(/it is a directory/) as unknown });
    expect(readdirSync(room.folder)).toEqual(['folder']);
  });

  it('keeps its file out of what browsers load', () => {
    const index = readFileSync(new URL('../index.ts', import.meta.url), 'utf8');

    expect(index).not.toMatch(/encrypted-file-vault/);
  });
});
