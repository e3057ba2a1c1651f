import { afterAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { append, keyFiles, signedTrail, sqliteTrail, write } from '../../audit/signed-trail.test.kit.js';
import { Folder } from '../../files.test.kit.js';
import { runCli } from '../../io.test.kit.js';

const folder = new Folder();
const key = keyFiles(folder, 'audit');
afterAll(() => {
  folder.remove();
});

describe('audit migrate', () => {
  it('gives both sides the same root, there and back, and what was signed stays signed', async () => {
    const trail = signedTrail(folder, 'a.jsonl', key, [5]);
    append(trail, 1);
    const [db, back] = [`sqlite:${folder.at('a.db')}`, folder.at('back.jsonl')];

    const there = await runCli(['audit', 'migrate', trail, db, '--json']);
    const again = await runCli(['audit', 'migrate', db, back, '--json']);
    const verified = await runCli(['verify', db, '--key', key.pubFile, '--json']);

    expect([there.code, again.code, verified.code]).toEqual([0, 0, 0]);
    expect(there.json).toMatchObject({ size: 6, moved: 6, checkpoints: 1 });
    expect(again.json.root).toBe(there.json.root);
    expect(verified.json.root).toBe(there.json.root);
    expect(readFileSync(back, 'utf8')).toBe(readFileSync(trail, 'utf8'));
  });

  it('goes on where a database had come to', async () => {
    const trail = signedTrail(folder, 'b.jsonl', key, [3]);
    const db = `sqlite:${folder.at('b.db')}`;
    await runCli(['audit', 'migrate', trail, db]);
    append(trail, 2);

    const { code, json, err } = await runCli(['audit', 'migrate', trail, db, '--json']);
    const plain = await runCli(['audit', 'migrate', trail, db]);

    expect([code, json.moved, json.size, err]).toEqual([0, 2, 5, '']);
    expect(plain.out).toMatch(/^the same on both sides\nsize 5\nroot [0-9a-f]{64}\n$/);
  });

  it('refuses a target that holds something else, and leaves it alone', async () => {
    const trail = signedTrail(folder, 'c.jsonl', key, [3]);
    const other = await sqliteTrail(folder, 'other.db', key, 2);
    const file = signedTrail(folder, 'taken.jsonl', key, [1]);
    const before = readFileSync(file, 'utf8');

    const store = await runCli(['audit', 'migrate', trail, other]);
    const taken = await runCli(['audit', 'migrate', trail, file]);

    expect([store.code, taken.code]).toEqual([1, 1]);
    expect(store.err).toContain('holds another log');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('refuses a source that is not what its checkpoint says', async () => {
    const trail = signedTrail(folder, 'd.jsonl', key, [3]);
    const lines = readFileSync(trail, 'utf8').trimEnd().split('\n');
    write(trail, `${[lines[1], lines[0], lines[2]].join('\n')}\n`);

    const { code, out, err } = await runCli(['audit', 'migrate', trail, `sqlite:${folder.at('d.db')}`]);

    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('verify it');
  });

  it('makes no target for a source that is not there, or is the target', async () => {
    const trail = signedTrail(folder, 'e.jsonl', key, [1]);

    const missing = await runCli(['audit', 'migrate', folder.at('none.jsonl'), `sqlite:${folder.at('none.db')}`]);
    const same = await runCli(['audit', 'migrate', trail, `${folder.path}/./e.jsonl`]);

    expect([missing.code, same.code]).toEqual([2, 2]);
    expect(existsSync(folder.at('none.db'))).toBe(false);
  });
});
