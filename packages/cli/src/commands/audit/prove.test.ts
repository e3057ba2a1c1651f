import { afterAll, describe, expect, it } from '@jest/globals';
import { leafHash } from '@enforcecore/audit/proof';
import { readFileSync } from 'node:fs';
import { append, hostileText, keyFiles, signedTrail, sqliteTrail, steering, write } from '../../audit/signed-trail.test.kit.js';
import { Folder } from '../../files.test.kit.js';
import { runCli } from '../../io.test.kit.js';

const folder = new Folder();
const key = keyFiles(folder, 'audit');
const stranger = keyFiles(folder, 'stranger');
const trail = signedTrail(folder, 'trail.jsonl', key, [7, 6]);
append(trail, 2);
afterAll(() => {
  folder.remove();
});

async function proofOf(...args: string[]): Promise<{ readonly file: string; readonly proof: Record<string, unknown> }> {
  const file = folder.at(`proof-${String(Math.random()).slice(2)}.json`);
  const { code, err } = await runCli(['audit', 'prove', ...args, '--out', file]);
  if (code !== 0) throw new Error(err);
  return { file, proof: JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> };
}

function changed(proof: Record<string, unknown>, change: Record<string, unknown>): string {
  return folder.file('changed.json', JSON.stringify({ ...proof, ...change }));
}

describe('audit prove and check-proof', () => {
  it.each([0, 6, 7, 12])('prove entry %d to whoever has the key, without the trail', async (n) => {
    const { file } = await proofOf(trail, String(n));

    const { code, out, err } = await runCli(['audit', 'check-proof', file, '--key', key.pubFile]);

    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^PROVEN/);
    expect(out).toContain(`the line is number ${String(n)} of 13`);
  });

  it('find the entry by its ids too, in files and in SQLite', async () => {
    const store = await sqliteTrail(folder, 'audit.db', key, 9);
    const { json: page } = await runCli(['audit', 'query', trail, '--call-id', 'call-4', '--json']);

    const byCall = await proofOf(trail, '--call-id', 'call-4');
    const byEntry = await proofOf(trail, '--entry-id', page.entries[0].entry.entry_id);
    const inStore = await proofOf(store, '--call-id', 'call-8');
    const checked = await runCli(['audit', 'check-proof', inStore.file, '--key', key.verifierKey, '--json']);

    expect(byCall.proof).toEqual(byEntry.proof);
    expect(byCall.proof).toMatchObject({ index: 4, size: 13 });
    expect(checked.json).toMatchObject({ proven: true, kind: 'entry', index: 8, size: 9, entry: { call_id: 'call-8' } });
  });

  it('go through a pipe', async () => {
    const { out } = await runCli(['audit', 'prove', trail, '3', '--size', '7']);

    const { code, json } = await runCli(['audit', 'check-proof', '-', '--key', key.pubFile, '--json'], { stdin: out });

    expect(code).toBe(0);
    expect(json).toMatchObject({ proven: true, index: 3, size: 7 });
  });

  it('say that a proof without a checkpoint needs a root from elsewhere', async () => {
    const { code, out, err } = await runCli(['audit', 'prove', trail, '14']);
    const file = folder.file('uncovered.json', out);
    const { root } = JSON.parse(out) as { root: string };

    const alone = await runCli(['audit', 'check-proof', file]);
    const keyed = await runCli(['audit', 'check-proof', file, '--key', key.pubFile]);
    const rooted = await runCli(['audit', 'check-proof', file, '--expect-root', root]);
    const other = await runCli(['audit', 'check-proof', file, '--expect-root', root.replace(/^./, (c) => (c === '0' ? '1' : '0'))]);

    expect(code).toBe(0);
    expect(err).toContain(`the root is ${root}`);
    expect([alone.code, keyed.code, rooted.code, other.code]).toEqual([1, 1, 0, 1]);
    expect(alone.out).toContain('a root that nobody vouches for');
  });

  it('never believe a proof without somebody who vouches for its root', async () => {
    const line = 'anything at all';
    const root = leafHash(line);
    const forged = { type: 'enforcecore/inclusion-proof/v1', line, bytes: null, index: 0, size: 1, root, path: [], checkpoint: null };

    const { code, out } = await runCli(['audit', 'check-proof', changed(forged, {})]);

    expect(code).toBe(1);
    expect(out).toMatch(/^NOT PROVEN/);
    expect(out).toContain('it is no entry');
  });

  it('do not hold once anything in them is changed', async () => {
    const { proof } = await proofOf(trail, '5');
    const line = String(proof['line']);
    const path = proof['path'] as string[];
    const note = String(proof['checkpoint']);
    const other = String((await proofOf(trail, '4')).proof['line']);

    const codes = [];
    for (const change of [
      { line: line.replace('"allowed"', '"blocked"') }, { line: other }, { line: `${line} ` }, { line: line.replace(/"entry_hash":"[^"]+",/, '') + '\n' },
      { index: 4 }, { index: 6 }, { size: 12 }, { size: 14 }, { path: path.slice(1) }, { path: [...path].reverse() }, { path: [...path, path[0]] },
      { root: 'a'.repeat(64) }, { checkpoint: note.replace('\n13\n', '\n12\n') }, { checkpoint: note.replace(/.{6}=\n$/, 'AAAAAA=\n') }, { checkpoint: null },
    ]) {
      const { code, out } = await runCli(['audit', 'check-proof', changed(proof, change), '--key', key.pubFile]);
      codes.push([code === 1 || code === 2, out.startsWith('PROVEN')]);
    }

    expect(codes).toEqual(codes.map(() => [true, false]));
  });

  it('never show an entry without its hash member as one', async () => {
    const { proof } = await proofOf(trail, '5');
    const bare = String(proof['line']).replace(/"entry_hash":"[^"]+",/, '');

    const { code, json } = await runCli(['audit', 'check-proof', changed(proof, { line: bare }), '--key', key.pubFile, '--json']);

    // The bytes are those that the leaf is made of, so the path is right: whoever took the member out meant to hide the entry.
    expect([code, json.kind, json.entry]).toEqual([1, 'torn', null]);
  });

  it('refuse the key of another log, and a log that signs for another', async () => {
    const { file } = await proofOf(trail, '5');
    const otherName = keyFiles(folder, 'other', 'example.com/other');

    const wrong = await runCli(['audit', 'check-proof', file, '--key', stranger.pubFile]);
    const other = await runCli(['audit', 'check-proof', file, '--key', otherName.pubFile]);
    const both = await runCli(['audit', 'check-proof', file, '--key', otherName.pubFile, '--key', key.pubFile]);

    expect([wrong.code, other.code, both.code]).toEqual([1, 1, 0]);
  });

  it.each([
    '', 'null', '[]', '{}', '{"type":"enforcecore/inclusion-proof/v1"}', '{"__proto__":{},"type":1}', `{"type":${'['.repeat(50_000)}`,
  ])('refuse %j as a proof', async (content) => {
    const { code, out, err } = await runCli(['audit', 'check-proof', folder.file('bad.json', content), '--key', key.pubFile]);

    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('is no proof');
  });

  it('refuse members that they do not know', async () => {
    const { proof } = await proofOf(trail, '5');

    const { code, err } = await runCli(['audit', 'check-proof', changed(proof, { approvedBy: 'alice' }), '--key', key.pubFile]);

    expect(code).toBe(2);
    expect(err).toContain('expected exactly');
  });

  it('make no proof of a trail that is not what its checkpoint says', async () => {
    const forged = signedTrail(folder, 'forged.jsonl', key, [4]);
    const lines = readFileSync(forged, 'utf8').trimEnd().split('\n');
    write(forged, `${[lines[1], lines[0], lines[2], lines[3]].join('\n')}\n`);

    const { code, out, err } = await runCli(['audit', 'prove', forged, '2']);

    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('enforcecore verify');
  });

  it.each([
    [[], 'name one entry'], [['1', '--call-id', 'x'], 'name one entry'], [['99'], 'there is no entry 99'], [['--call-id', 'ghost'], 'no entry'],
    [['1', '--size', '99'], 'only 15|has 15'], [['8', '--size', '5'], 'there is no entry 8'], [['-1'], 'unknown option|invalid'], [['1.5'], 'invalid'],
  ])('refuse to prove %j', async (args, words) => {
    const { code, out, err } = await runCli(['audit', 'prove', trail, ...args]);

    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(new RegExp(words));
  });

  it('show nothing that steers the terminal', async () => {
    const hostile = signedTrail(folder, 'hostile.jsonl', key, [1], { tool_name: hostileText, agent: hostileText, violation_reason: hostileText.repeat(1000) });
    const made = await runCli(['audit', 'prove', hostile, '0']);

    const checked = await runCli(['audit', 'check-proof', '-', '--key', key.pubFile], { stdin: made.out });
    const json = await runCli(['audit', 'check-proof', '-', '--key', key.pubFile, '--json'], { stdin: made.out });

    expect([checked.code, json.code]).toEqual([0, 0]);
    for (const text of [made.out, checked.out, json.out]) expect(text).not.toMatch(steering);
  });
});
