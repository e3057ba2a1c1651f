import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sandboxRules } from '../sandbox-config.js';
import { mountsOf } from './mounts.js';

const rules = sandboxRules({ strategy: 'bubblewrap' });

(process.platform === 'linux' ? describe : describe.skip)('mountsOf (Linux only: bubblewrap)', () => {
  it.each(['/', '/proc', '/proc/1', '/dev/shm', '/sys/fs'])('refuses to show %s', (path) => {
    expect(() => mountsOf({ rules: { ...rules, readPaths: [path] }, codePaths: [] }, undefined)).toThrow(/devices or other processes/);
  });

  it('refuses a path to write that is not there, since there is nothing to show', () => {
    expect(() => mountsOf({ rules: { ...rules, writePaths: ['/nowhere/at/all'] }, codePaths: [] }, undefined)).toThrow(/create it first/);
  });

  it('shows a link as what it leads to, by its own name', () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'enforcecore-mounts-')));
    symlinkSync('/usr', join(folder, 'link'));

    const mounts = mountsOf({ rules: { ...rules, readPaths: [join(folder, 'link')] }, codePaths: [] }, undefined).join(' ');

    rmSync(folder, { recursive: true });
    expect(mounts).toContain(`--ro-bind /usr ${folder}/link`);
  });

  it('makes the rest of the tree read-only, last of all', () => {
    const mounts = mountsOf({ rules, codePaths: [] }, undefined);

    expect(mounts.slice(-4)).toEqual(['--remount-ro', '/', '--chdir', '/tmp']);
  });

  it('shows nothing of /etc but a folder of its own', () => {
    const mounts = mountsOf({ rules, codePaths: [] }, undefined);

    expect(mounts.filter((word) => word === '/etc' || word.startsWith('/etc/'))).toEqual(['/etc']);
    expect(mounts[mounts.indexOf('/etc') - 1]).toMatch(/child\/etc$/);
  });
});
