import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { headerLength } from './vault-header.js';
import { systemCalls, type FileCalls } from './vault-file.js';
import { refusal, Room } from './vault.test.kit.js';

let room: Room;
/** The file with no record, with one, with two … */
let states: Buffer[];
beforeEach(() => {
  room = new Room();
  const vault = room.open();
  states = [room.bytes()];
  for (const value of ['john@example.com', 'a@b.co', 'x'.repeat(20), 'y']) {
    vault.tokenFor('email', value);
    states.push(room.bytes());
  }
  vault.close();
});
afterEach(() => {
  room.clear();
});

const whole = (): Buffer => states[4] ?? Buffer.alloc(0);
const sizes = (): number[] => states.map((state) => state.length);
const record = (index: number): Buffer => whole().subarray(sizes()[index], sizes()[index + 1]);

function expectDamage(bytes: Buffer): void {
  room.write(bytes);
  expect(refusal(() => room.open())).toMatchObject({ code: 'VAULT', message: expect.stringMatching(/damaged at byte \d+: .+: restore it|has format \d+/) as unknown });
  expect(room.bytes().equals(bytes)).toBe(true);
}

describe('damage', () => {
  it('is found in every byte, and the file is left as it is', () => {
    for (let at = 0; at < whole().length; at += 1) {
      const bytes = Buffer.from(whole());
      bytes[at] = (bytes[at] ?? 0) ^ (1 << at % 8);
      expectDamage(bytes);
    }
  });

  it('is a record left out, moved, repeated or taken from another vault', () => {
    const header = whole().subarray(0, headerLength);
    const other = new Room();
    const vault = other.open();
    vault.tokenFor('email', 'z');
    vault.close();

    for (const records of [[1, 2, 3], [0, 2, 3], [1, 0, 2, 3], [0, 0, 1, 2, 3], [0, 1, 2, 3, 3], [0, 1, 2, 3, 0]]) expectDamage(Buffer.concat([header, ...records.map(record)]));
    expectDamage(Buffer.concat([whole(), other.bytes().subarray(headerLength)]));
    expectDamage(Buffer.concat([header, other.bytes().subarray(headerLength)]));
    other.clear();
  });

  it('is anything that is no vault', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('{"a": 1}'), Buffer.alloc(200), whole().subarray(0, headerLength - 1)]) expectDamage(bytes);
  });
});

describe('a torn end', () => {
  it('is cut off at every length, with a warning, and the vault goes on', () => {
    for (let length = headerLength; length < whole().length; length += 1) {
      room.warnings.length = 0;
      room.write(whole().subarray(0, length));
      const complete = sizes().filter((size) => size <= length).length - 1;
      const isTorn = !sizes().includes(length);

      const vault = room.open();
      expect(vault.size).toBe(complete);
      expect(room.warnings.map(({ kind }) => kind)).toEqual(isTorn ? ['torn'] : []);
      expect(room.bytes().length).toBe(sizes()[complete]);
      expect(vault.tokenFor('email', 'new')).toBe(`⟦EMAIL_${String(complete + 1)}⟧`);
      vault.close();
      room.warnings.length = 0;
      room.open().close();
      expect(room.warnings).toEqual([]);
    }
  });

  it('may be zeros, which a file system leaves that lost power', () => {
    room.write(Buffer.concat([whole(), Buffer.alloc(100)]));
    const vault = room.open();

    expect(vault.size).toBe(4);
    expect(room.warnings).toMatchObject([{ kind: 'torn', message: expect.stringMatching(/100 bytes were cut off, 4 entries are whole/) as unknown }]);
    vault.close();
  });
});

describe('a write that fails', () => {
  const failing = (code: string, partly: boolean, calls: Partial<FileCalls> = {}): { readonly calls: FileCalls; isFailing: boolean } => {
    const state = {
      isFailing: true,
      calls: {
        ...systemCalls,
        write: (fd: number, bytes: Uint8Array, from: number, length: number, at: number): number => {
          if (!state.isFailing) return systemCalls.write(fd, bytes, from, Math.min(length, 7), at);
          if (partly) systemCalls.write(fd, bytes, from, 10, at);
          throw Object.assign(new Error(code), { code });
        },
        ...calls,
      },
    };
    return state;
  };

  it.each([['ENOSPC', /no room is left/], ['EROFS', /read-only/], ['EACCES', /access is denied/], ['EIO', /check the disk/], ['EFBIG', /no room/]])('with %s is typed and loses nothing', (code, message) => {
    for (const partly of [false, true]) {
      room.write(whole());
      const state = failing(code, partly);
      const vault = room.open({}, state.calls);

      expect(refusal(() => vault.tokenFor('email', 'new'))).toMatchObject({ code: 'VAULT', message: expect.stringMatching(message) as unknown, cause: { code } });
      expect(vault.size).toBe(4);
      expect(room.bytes().equals(whole())).toBe(true);
      state.isFailing = false;
      expect(vault.tokenFor('email', 'new')).toBe('⟦EMAIL_5⟧');
      vault.close();
      const again = room.open();
      expect(again.valueOf('⟦EMAIL_5⟧')?.value).toBe('new');
      again.close();
    }
  });

  it('and cannot be taken back is taken back before the next one', () => {
    let truncates = false;
    const state = failing('ENOSPC', true, {
      truncate: (fd, length) => {
        if (!truncates) throw Object.assign(new Error('EIO'), { code: 'EIO' });
        systemCalls.truncate(fd, length);
      },
    });
    const vault = room.open({}, state.calls);
    refusal(() => vault.tokenFor('email', 'n'.repeat(100)));
    state.isFailing = false;

    expect(refusal(() => vault.tokenFor('email', 'short')).code).toBe('VAULT');
    truncates = true;
    expect(vault.tokenFor('email', 'short')).toBe('⟦EMAIL_5⟧');
    vault.close();
    room.open().close();
    expect(room.warnings).toEqual([]);
  });

  it('to reach the disk gives no token out when it has to be durable', () => {
    const calls = { ...systemCalls, sync: () => { throw Object.assign(new Error('EIO'), { code: 'EIO' }); } };
    const vault = room.open({ durable: true }, calls);

    expect(refusal(() => vault.tokenFor('email', 'new')).code).toBe('VAULT');
    vault.close();
    expect(room.bytes().equals(whole())).toBe(true);
  });

  it('is not tried on a file that somebody else has written to', () => {
    const vault = room.open();
    const longer = Buffer.concat([whole(), Buffer.from('x')]);
    room.write(longer);

    expect(refusal(() => vault.tokenFor('email', 'new')).message).toMatch(/another program/);
    expect(room.bytes().equals(longer)).toBe(true);
    vault.close();
  });
});
