import { afterAll, describe, expect, it } from '@jest/globals';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { append, keyFiles, signedTrail, sqliteTrail, write } from '../../audit/signed-trail.test.kit.js';
import { Folder } from '../../files.test.kit.js';
import { runCli } from '../../io.test.kit.js';

const folder = new Folder();
const key = keyFiles(folder, 'audit');
afterAll(() => {
  folder.remove();
});

describe('audit checkpoint', () => {
  it('makes a signed checkpoint of everything there is, which verify then knows', async () => {
    const trail = signedTrail(folder, 'a.jsonl', key, [3]);
    append(trail, 2);
    const out = folder.at('a.checkpoint');

    const made = await runCli(['audit', 'checkpoint', trail, '--key-file', key.keyFile, '--out', out]);
    const verified = await runCli(['verify', trail, '--key', key.pubFile, '--checkpoint', out]);

    expect([made.code, verified.code]).toEqual([0, 0]);
    expect(made.out).toMatch(/^example\.com\/audit\n5\n\S+\n\n— example\.com\/audit \S+\n$/);
    expect(readFileSync(out, 'utf8')).toBe(made.out);
    expect(verified.out).toContain('the first 5 are those that the log signed');
  });

  it('takes the key from the environment', async () => {
    const trail = signedTrail(folder, 'b.jsonl', key, [1]);
    append(trail, 1);

    const byFile = await runCli(['audit', 'checkpoint', trail, '--json'], { env: { ENFORCECORE_AUDIT_KEY_FILE: key.keyFile } });
    append(trail, 1, 2_000);
    const byValue = await runCli(['audit', 'checkpoint', trail, '--json'], { env: { ENFORCECORE_AUDIT_KEY: readFileSync(key.keyFile, 'utf8') } });
    const both = await runCli(['audit', 'checkpoint', trail], { env: { ENFORCECORE_AUDIT_KEY: 'x', ENFORCECORE_AUDIT_KEY_FILE: 'y' } });

    expect([byFile.json.size, byValue.json.size, both.code]).toEqual([2, 3, 2]);
    expect(byValue.json).toMatchObject({ origin: key.name, signed: true });
  });

  it('prints the latest one without making any', async () => {
    const store = await sqliteTrail(folder, 'c.db', key, 4);
    const bare = signedTrail(folder, 'c.jsonl', undefined, []);
    append(bare, 1);

    const latest = await runCli(['audit', 'checkpoint', store, '--latest', '--json']);
    const none = await runCli(['audit', 'checkpoint', bare, '--latest']);

    expect(latest.json).toMatchObject({ size: 4, signed: true });
    expect([none.code, none.out]).toEqual([1, '']);
    expect(existsSync(`${bare}.checkpoints`)).toBe(false);
  });

  it('makes one in SQLite', async () => {
    const store = await sqliteTrail(folder, 'd.db', undefined, 2);

    const { code, err } = await runCli(['audit', 'checkpoint', store]);

    expect(code).toBe(0);
    expect(err).toContain('not signed');
  });

  it('never says that it signed what was there unsigned', async () => {
    const trail = signedTrail(folder, 'e.jsonl', undefined, [2]);

    const { code, out, err } = await runCli(['audit', 'checkpoint', trail, '--key-file', key.keyFile]);

    expect(code).toBe(1);
    expect(out).not.toContain('—');
    expect(err).toContain('is not signed with this key');
  });

  it.each(['unsigned', 'signed for another log'])('refuses to put one that is %s behind signed ones, which would fail from then on', async (which) => {
    const trail = signedTrail(folder, `h-${which.slice(0, 3)}.jsonl`, key, [2]);
    append(trail, 1);
    const other = keyFiles(folder, 'other', 'example.com/other');

    const { code, out, err } = await runCli(['audit', 'checkpoint', trail, ...(which === 'unsigned' ? [] : ['--key-file', other.keyFile])]);
    const verified = await runCli(['verify', trail, '--key', key.pubFile]);

    expect([code, out, verified.code]).toEqual([2, '', 0]);
    expect(err).toContain('are signed by example.com/audit');
  });

  it('goes on with a new key of the same name', async () => {
    const trail = signedTrail(folder, 'i.jsonl', key, [2]);
    append(trail, 1);
    const next = keyFiles(folder, 'next');

    const { code } = await runCli(['audit', 'checkpoint', trail, '--key-file', next.keyFile]);
    const verified = await runCli(['verify', trail, '--key', key.pubFile, '--key', next.pubFile]);

    expect([code, verified.code]).toEqual([0, 0]);
  });

  it('never takes a closed segment for a trail', async () => {
    const trail = signedTrail(folder, 'j.jsonl', key, [1]);
    const segment = write(folder.at('j.000001.jsonl'), readFileSync(trail, 'utf8'));

    const { code, err } = await runCli(['audit', 'checkpoint', segment, '--key-file', key.keyFile]);

    expect([code, existsSync(`${segment}.checkpoints`)]).toEqual([2, false]);
    expect(err).toContain(`give ${trail}`);
  });

  it('refuses a trail that was cut off', async () => {
    const trail = signedTrail(folder, 'f.jsonl', key, [4]);
    write(trail, `${readFileSync(trail, 'utf8').split('\n').slice(0, 2).join('\n')}\n`);

    const { code, out, err } = await runCli(['audit', 'checkpoint', trail, '--key-file', key.keyFile]);

    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('its last checkpoint covers 4 lines');
  });

  it('creates nothing where there is nothing', async () => {
    const file = await runCli(['audit', 'checkpoint', folder.at('none.jsonl')]);
    const store = await runCli(['audit', 'checkpoint', `sqlite:${folder.at('none.db')}`]);

    expect([file.code, store.code]).toEqual([2, 2]);
    expect([existsSync(folder.at('none.jsonl')), existsSync(folder.at('none.db'))]).toEqual([false, false]);
  });

  it('refuses a key that others may read, that is none, or is missing', async () => {
    const trail = signedTrail(folder, 'g.jsonl', key, [1]);
    const loose = keyFiles(folder, 'loose');
    chmodSync(loose.keyFile, 0o644);

    const results = await Promise.all([loose.keyFile, key.pubFile, folder.at('none.key'), folder.path].map((file) => runCli(['audit', 'checkpoint', trail, '--key-file', file])));

    expect(results.map(({ code }) => code)).toEqual([2, 2, 2, 2]);
    expect(results.map(({ err }) => err).join('')).not.toContain('PRIVATE+KEY+example');
  });

  it('never puts its output in place of the key or the trail', async () => {
    const trail = signedTrail(folder, 'k.jsonl', key, [1]);
    append(trail, 1);

    const results = await Promise.all([key.keyFile, trail, `${trail}.checkpoints`].map((out) => runCli(['audit', 'checkpoint', trail, '--key-file', key.keyFile, '--out', out])));

    expect(results.map(({ code }) => code)).toEqual([2, 2, 2]);
    expect(readFileSync(key.keyFile, 'utf8')).toContain('PRIVATE+KEY');
  });
});
