import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { appendOnlySupport, isAppendOnly, protectAppendOnly } from './immutable.js';
import { codeOf, Room } from './kit.test.kit.js';

describe('append-only files (D-50)', () => {
  it('are told from others, where this machine can make them', () => {
    const room = new Room();
    writeFileSync(room.path, '');
    const before = isAppendOnly(room.path);
    const code = codeOf(() => { protectAppendOnly(room.path); });
    try {
      expect(before).toBe(false);
      expect([code, isAppendOnly(room.path)]).toEqual(code === '' ? ['', true] : ['IMMUTABLE', false]);
      if (code === '') expect(() => { writeFileSync(room.path, 'x'); }).toThrow();
      // What is called unlikely may not work by luck only.
      if (!appendOnlySupport().isLikely) expect(code).toBe('IMMUTABLE');
    } finally {
      if (code === '' && process.platform === 'linux') execFileSync('/usr/bin/chattr', ['-a', room.path]);
      room.clear();
    }
  });

  it('are nowhere to be had on a system without a tool', () => {
    expect(appendOnlySupport('win32')).toMatchObject({ platform: 'win32', tool: null, isLikely: false });
    expect(isAppendOnly('/etc/hostname', 'win32')).toBe(false);
    expect(codeOf(() => { protectAppendOnly('/nowhere', 'win32'); })).toBe('IMMUTABLE');
  });

  it('are made by a program at a fixed path, never one that PATH finds', () => {
    const tools = (['linux', 'darwin'] as const).map((platform) => appendOnlySupport(platform).tool ?? '/none');

    expect(tools.filter((tool) => !tool.startsWith('/'))).toEqual([]);
  });

  it('are not claimed for what is not there, or cannot be looked at', () => {
    expect(isAppendOnly('/nowhere/at/all')).toBe(false);
    expect(isAppendOnly('/nowhere/at/all', 'darwin')).toBe(false);
  });
});
