import { afterAll, describe, expect, it } from '@jest/globals';
import { rmSync } from 'node:fs';
import { keyFiles, signedTrail, sqliteTrail } from '../../audit/signed-trail.test.kit.js';
import { Folder } from '../../files.test.kit.js';
import { runCli } from '../../io.test.kit.js';

const folder = new Folder();
const key = keyFiles(folder, 'audit');
afterAll(() => {
  folder.remove();
});

describe('audit prune', () => {
  it('says what would go, and deletes only with --yes; the rest still verifies', async () => {
    const store = await sqliteTrail(folder, 'p.db', key, 10);

    const asked = await runCli(['audit', 'prune', store, '--through', '3', '--json']);
    const unsigned = await runCli(['audit', 'prune', store, '--through', '3', '--yes']);
    const done = await runCli(['audit', 'prune', store, '--through', '3', '--key-file', key.keyFile, '--yes']);
    const verified = await runCli(['verify', store, '--key', key.pubFile, '--json']);
    const again = await runCli(['audit', 'prune', store, '--through', '3', '--yes']);

    expect(asked.json).toEqual({ deleted: 0, wouldDelete: 4, size: 10, first: 0 });
    expect([unsigned.code, unsigned.err]).toEqual([2, expect.stringContaining('--key-file')]);
    expect(done.out).toBe('4 entries deleted; the first one left has index 4\n');
    expect([verified.code, verified.json.entries, verified.json.size]).toEqual([0, 7, 11]);
    expect(again.out).toBe('nothing to delete\n');
  });

  it('takes a time', async () => {
    const store = await sqliteTrail(folder, 'q.db', key, 3);

    const before = await runCli(['audit', 'prune', store, '--before', '2020-01-01']);
    const after = await runCli(['audit', 'prune', store, '--before', '2999-01-01']);

    expect(before.out).toBe('nothing to delete\n');
    expect(after.out).toContain('3 entries of 3 lines would be deleted');
  });

  it('leaves files to the program that writes them', async () => {
    const { code, err } = await runCli(['audit', 'prune', signedTrail(folder, 'f.jsonl', key, [1]), '--through', '0', '--yes']);

    expect(code).toBe(2);
    expect(err).toContain('ENFORCECORE_AUDIT_RETAIN_DAYS');
  });

  it.each([[[]], [['--through', '1', '--before', '2026-01-01']], [['--through', '99', '--yes']], [['--before', 'now']]])('refuses %j', async (args) => {
    const store = await sqliteTrail(folder, 'r.db', key, 2);

    const { code, out } = await runCli(['audit', 'prune', store, ...args]);
    rmSync(folder.at('r.db'));

    expect([code, out]).toEqual([2, '']);
  });
});
