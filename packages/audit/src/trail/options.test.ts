import { execFileSync } from 'node:child_process';
import { truncateSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { protectAppendOnly } from './immutable.js';
import { call, codeOf, Room } from './kit.test.kit.js';
import { openTrail } from './trail.js';

describe('openTrail', () => {
  it('refuses numbers it cannot keep to', () => {
    const room = new Room();

    expect(codeOf(() => openTrail(room.path, { rotateBytes: -1 }))).toBe('OPTIONS');
    expect(codeOf(() => openTrail(room.path, { retainDays: Number.NaN }))).toBe('OPTIONS');
    room.clear();
  });

  it('refuses immutable together with rotation (D-50)', () => {
    const room = new Room();

    expect(codeOf(() => openTrail(room.path, { immutable: true, rotateBytes: 1 }))).toBe('OPTIONS');
    room.clear();
  });

  it('makes the file append-only or says that it cannot (D-50)', async () => {
    const room = new Room();
    const code = codeOf(() => {
      const trail = openTrail(room.path, { immutable: true });
      trail.append(call('a'));
      void trail.close();
    });
    if (code === '') {
      expect(() => { truncateSync(room.path, 0); }).toThrow();
      expect((await room.verify()).entries).toBe(1);
      execFileSync('chattr', ['-a', room.path]);
    } else {
      expect(code).toBe('IMMUTABLE');
    }
    room.clear();
  });

  it('says where no append-only file can be had', () => {
    expect(codeOf(() => { protectAppendOnly('/nowhere', 'win32'); })).toBe('IMMUTABLE');
    expect(codeOf(() => { protectAppendOnly('/nowhere/at/all', 'linux'); })).toBe('IMMUTABLE');
    expect(codeOf(() => { protectAppendOnly('/nowhere/at/all', 'darwin'); })).toBe('IMMUTABLE');
  });
});
