import { describe, expect, it } from '@jest/globals';
import { nodeFlags, permissionFlag } from './node-flags.js';

describe('nodeFlags', () => {
  it('opens paths that may be written for reading too, and nothing else', () => {
    const flags = nodeFlags({ read: ['/a'], write: ['/b/'] }, undefined).filter((flag) => flag.startsWith('--allow-fs'));

    expect(flags).toEqual(['--allow-fs-read=/a', '--allow-fs-read=/b', '--allow-fs-write=/b']);
  });

  it('gives no right to start anything', () => {
    const flags = nodeFlags({ read: [], write: [] }, 64).join(' ');

    expect(flags).not.toMatch(/allow-(?:child-process|worker|addons|wasi|inspector)/);
  });

  it.each(['/data/*', '/data,/etc', '*'])('refuses %s, which would open more than it says', (path) => {
    expect(() => nodeFlags({ read: [path], write: [] }, undefined)).toThrow(/star or comma/);
  });

  it('knows the flag of every line of Node that is supported', () => {
    expect(permissionFlag(new Set(['--experimental-permission']))).toBe('--experimental-permission');
    expect(permissionFlag(new Set(['--experimental-permission', '--permission']))).toBe('--permission');
    expect(permissionFlag(new Set())).toBeUndefined();
  });
});
