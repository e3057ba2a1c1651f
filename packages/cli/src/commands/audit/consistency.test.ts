import { afterAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { append, keyFiles, signedTrail } from '../../audit/signed-trail.test.kit.js';
import { Folder } from '../../files.test.kit.js';
import { runCli } from '../../io.test.kit.js';

const folder = new Folder();
const key = keyFiles(folder, 'audit');
const trail = signedTrail(folder, 'trail.jsonl', key, [5, 6]);
append(trail, 1);
const [old = '', later = ''] = notesOf(trail).map((note, i) => folder.file(`${String(i)}.checkpoint`, note));
afterAll(() => {
  folder.remove();
});

function notesOf(path: string): string[] {
  return readFileSync(`${path}.checkpoints`, 'utf8').trimEnd().split('\n').map((line) => (JSON.parse(line) as { note: string }).note);
}

describe('audit consistency', () => {
  it('makes a proof between two checkpoints that others can check without the trail', async () => {
    const file = folder.at('proof.json');

    const made = await runCli(['audit', 'consistency', old, later, '--trail', trail, '--out', file]);
    const checked = await runCli(['audit', 'consistency', old, later, '--proof', file, '--key', key.pubFile]);
    const unkeyed = await runCli(['audit', 'consistency', old, later, '--proof', file, '--json']);

    expect([made.code, checked.code, unkeyed.code]).toEqual([0, 0, 0]);
    expect(checked.out).toMatch(/^CONSISTENT {2}5 to 11\n/);
    expect(checked.out).toContain('which the log signed');
    expect(unkeyed.json).toMatchObject({ holds: true, oldSize: 5, newSize: 11, signed: false });
  });

  it('takes sizes with a trail', async () => {
    const { code, json } = await runCli(['audit', 'consistency', '3', '12', '--trail', trail]);

    expect(code).toBe(0);
    expect(json).toMatchObject({ oldSize: 3, newSize: 12, path: expect.arrayContaining([expect.stringMatching(/^[0-9a-f]{64}$/)]) });
  });

  it('takes no sizes without one: they say nothing of the root', async () => {
    const { code, err } = await runCli(['audit', 'consistency', '3', '12', '--proof', 'x']);

    expect(code).toBe(2);
    expect(err).toContain('give checkpoint files');
  });

  it('finds that a trail is another one, or was changed', async () => {
    const other = signedTrail(folder, 'other.jsonl', key, [5, 6]);

    const { code, out, err } = await runCli(['audit', 'consistency', old, later, '--trail', other]);

    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('another root at size 5');
  });

  it('does not believe a proof about its own roots', async () => {
    const other = signedTrail(folder, 'third.jsonl', key, [5, 6]);
    const file = folder.at('other-proof.json');
    await runCli(['audit', 'consistency', '5', '11', '--trail', other, '--out', file]);

    const { code, out } = await runCli(['audit', 'consistency', old, later, '--proof', file]);

    expect(code).toBe(1);
    expect(out).toMatch(/^NOT CONSISTENT/);
  });

  it('fails for a key that signed neither', async () => {
    const file = folder.at('proof.json');

    const checked = await runCli(['audit', 'consistency', old, later, '--proof', file, '--key', keyFiles(folder, 'stranger').pubFile]);
    const made = await runCli(['audit', 'consistency', old, later, '--trail', trail, '--key', keyFiles(folder, 'stranger2').pubFile]);

    expect([checked.code, made.code]).toEqual([1, 1]);
    expect(checked.out).toMatch(/^NOT CONSISTENT/);
    expect(made.out).toBe('');
  });

  it.each([
    [[old, later], 'choose one'], [[old, later, '--trail', trail, '--proof', 'p'], 'choose one'], [[later, old, '--trail', trail], 'the older one first'],
    [[old, '99', '--trail', trail], 'has only 12 lines'], [['99', '100', '--trail', trail], 'has only 12 lines'], [[old, trail, '--trail', trail], 'holds no checkpoint'],
    [[old, folder.at('none'), '--trail', trail], 'there is no such file'], [[old, later, '--trail', folder.at('none')], 'does not exist'],
  ])('refuses %j', async (args, words) => {
    const { code, out, err } = await runCli(['audit', 'consistency', ...args]);

    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(words);
  });
});
