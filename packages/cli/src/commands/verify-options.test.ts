import { afterAll, describe, expect, it } from '@jest/globals';
import { cosignCheckpoint, createWitness, parseWitnessPolicy } from '@enforcecore/audit/witness';
import { readTrail } from '@enforcecore/audit';
import { DatabaseSync } from '@photostructure/sqlite';
import { copyFileSync, readFileSync } from 'node:fs';
import { append, hostileText, keyFiles, signedTrail, sqliteTrail, steering, write } from '../audit/signed-trail.test.kit.js';
import { Folder } from '../files.test.kit.js';
import { runCli } from '../io.test.kit.js';

const folder = new Folder();
const key = keyFiles(folder, 'audit');
const stranger = keyFiles(folder, 'stranger');
const trail = signedTrail(folder, 'trail.jsonl', key, [5, 4]);
append(trail, 2);
const unsigned = signedTrail(folder, 'unsigned.jsonl', undefined, [3]);
const python = folder.file('python.jsonl', readFileSync(new URL('../../../audit/test/fixtures/python/path.jsonl', import.meta.url)));
afterAll(() => {
  folder.remove();
});

/** A copy of a trail with what is kept beside it. */
function copyOf(name: string): string {
  const path = folder.at(name);
  copyFileSync(trail, path);
  copyFileSync(`${trail}.checkpoints`, `${path}.checkpoints`);
  return path;
}

function lines(path: string): string[] {
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}

describe('verify --key', () => {
  it.each([['the key itself', key.verifierKey], ['a file with it', key.pubFile]])('takes %s, and says up to where the log signed', async (_, given) => {
    const { code, out } = await runCli(['verify', trail, '--key', given]);

    expect(code).toBe(0);
    expect(out).toMatch(/✓ pass +signatures/);
    expect(out).toContain('the first 9 are those that the log signed');
    expect(out).toContain('last checkpoint at size 9, 2 lines before the end');
  });

  it('fails when no checkpoint is by the key, also under the same name', async () => {
    const { code, out } = await runCli(['verify', trail, '--key', stranger.pubFile]);

    expect(code).toBe(1);
    expect(out).toMatch(/^NOT VALID/);
    expect(out).toMatch(/✗ FAIL +signatures/);
  });

  it('fails for a trail that nobody signed', async () => {
    const { code, out } = await runCli(['verify', unsigned, '--key', key.pubFile]);

    expect(code).toBe(1);
    expect(out).toMatch(/✗ FAIL +signatures/);
  });

  it('finds lines of the signed part cut off, which the trail alone hides', async () => {
    const short = copyOf('short.jsonl');
    write(short, `${lines(trail).slice(0, 7).join('\n')}\n`);

    const { code, out } = await runCli(['verify', short, '--key', key.pubFile]);

    expect(code).toBe(1);
    expect(out).toContain('the log is shorter than this checkpoint says');
  });

  it('says in words what it did not prove', async () => {
    const bare = await runCli(['verify', unsigned]);
    const signed = await runCli(['verify', trail, '--key', key.pubFile]);

    expect(bare.out).toMatch(/Not proven: who wrote it, for no key was given; .*no witness; that nothing was cut off at the end/);
    expect(signed.out).not.toContain('who wrote it');
    expect(signed.out).toContain('that nothing was cut off after the last checkpoint (2 lines here came after it), nor the whole set back to an older copy');
  });

  it.each([
    ['a signing key', () => key.keyFile],
    ['a signing key itself', () => readFileSync(key.keyFile, 'utf8').trim()],
    ['a folder', () => folder.path],
    ['a missing file', () => folder.at('none.pub')],
    ['an empty file', () => folder.file('empty.pub', '\n# nothing\n')],
    ['a damaged key', () => key.verifierKey.replace(/.{4}$/, 'AAAA')],
    ['a file of bytes', () => folder.file('bytes.pub', Buffer.from([0xff, 0xfe, 0]))],
    ['an endless file', () => '/dev/zero'],
  ])('refuses %s as a key, and shows no secret', async (_, given) => {
    const { code, out, err } = await runCli(['verify', trail, '--key', given()]);

    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^enforcecore: .+\n$/);
    expect(err).not.toContain('PRIVATE');
  });
});

describe('verify --checkpoint', () => {
  const kept = folder.file('kept.checkpoint', (JSON.parse(lines(`${trail}.checkpoints`)[0] ?? '') as { note: string }).note);

  it('holds the trail against one that was kept elsewhere', async () => {
    const { code, out } = await runCli(['verify', trail, '--key', key.pubFile, '--checkpoint', kept]);
    const records = await runCli(['verify', trail, '--checkpoint', `${trail}.checkpoints`]);

    expect([code, records.code]).toEqual([0, 0]);
    expect(out).toContain('it continues the checkpoint that was given');
  });

  it('finds a trail that was set back with its own checkpoints', async () => {
    const old = signedTrail(folder, 'other.jsonl', key, [2]);

    const { code, out } = await runCli(['verify', old, '--key', key.pubFile, '--checkpoint', kept]);

    expect(code).toBe(1);
    expect(out).toContain('the log is shorter than the given checkpoint says');
  });

  it.each(['', '{"a":1}\n', 'no checkpoint\n', 'x\n-1\nAAAA\n'])('refuses %j', async (content) => {
    const { code, out, err } = await runCli(['verify', trail, '--checkpoint', folder.file('bad.checkpoint', content)]);

    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('bad.checkpoint');
  });
});

describe('verify --witness-policy', () => {
  const witness = keyFiles(folder, 'witness', 'w.example', 'cosignature/v1');

  it('fails until enough witnesses cosigned, and then says what they saw', async () => {
    const server = createWitness({ signer: witness.signer, logs: [{ origin: key.name, keys: parseWitnessPolicy(`log ${key.verifierKey}\nquorum none\n`).logs }], folder: folder.at('witness-state') });
    const { url } = await server.listen();
    const text = `log ${key.verifierKey}\nwitness w ${witness.verifierKey} ${url}\nquorum w\n`;
    const file = folder.file('policy.txt', text);
    const path = copyOf('witnessed.jsonl');

    const before = await runCli(['verify', path, '--witness-policy', file]);
    const record = JSON.parse(lines(`${path}.checkpoints`).at(-1) ?? '') as { note: string };
    const hashes = readTrail(path).map((entry) => entry.entry_hash);
    const { note } = await cosignCheckpoint({ record, leaves: (from) => hashes.slice(from, 9), policy: parseWitnessPolicy(text) });
    write(`${path}.checkpoints`, `${lines(`${path}.checkpoints`).join('\n')}\n${JSON.stringify({ ...record, note })}\n`);
    const after = await runCli(['verify', path, '--witness-policy', file, '--key', key.pubFile]);
    await server.close();

    expect([before.code, after.code]).toEqual([1, 0]);
    expect(before.out).toMatch(/✗ FAIL +witnesses/);
    expect(after.out).toContain('witnesses saw this history and no other');
    expect(after.out).not.toContain('its host did not write another history');
  });
});

describe('verify and what is expected', () => {
  it('says what an expected root proves', async () => {
    const { json } = await runCli(['verify', trail, '--json']);
    const { size, root } = json;

    const whole = await runCli(['verify', trail, '--expect-size', String(size), '--expect-root', root]);
    const sizeOnly = await runCli(['verify', trail, '--expect-size', '4']);

    expect(whole.out).toContain('the first 11 have the root that was expected');
    expect(whole.out).not.toContain('Not proven: who');
    expect(sizeOnly.out).toContain('it has at least 4 lines');
    expect(sizeOnly.out).toContain('7 lines came after the expected size');
    expect(sizeOnly.out).toContain('who wrote it');
  });

  it('never calls an empty or missing trail valid, unless none is expected', async () => {
    const empty = folder.file('empty.jsonl', '');

    const codes = await Promise.all([
      runCli(['verify', empty]), runCli(['verify', empty, '--expect-size', '0']),
      runCli(['verify', folder.at('missing.jsonl')]), runCli(['verify', folder.at('missing.jsonl'), '--expect-size', '0']),
    ]);

    expect(codes.map(({ code }) => code)).toEqual([1, 0, 1, 0]);
    expect(codes[1].out).toContain('Proven: the trail is empty, as expected.');
  });

  it('reads from a signed checkpoint on', async () => {
    const { code, json } = await runCli(['verify', trail, '--key', key.pubFile, '--from', '9', '--json']);

    expect(code).toBe(0);
    expect(json).toMatchObject({ valid: true, entries: 2, size: 11 });
  });
});

describe('verify of a trail by the Python EnforceCore', () => {
  it('recognises it, and says how little its format proves', async () => {
    const { code, out } = await runCli(['verify', python]);

    expect(code).toBe(0);
    expect(out).toContain('written by the Python EnforceCore');
    expect(out).toContain('who wrote it, for this format is not signed');
  });

  it('never takes one for the other where more is asked for, or checkpoints are there', async () => {
    const replaced = copyOf('replaced.jsonl');
    write(replaced, readFileSync(python, 'utf8'));

    const asked = await runCli(['verify', python, '--key', key.pubFile]);
    const beside = await runCli(['verify', replaced]);
    const forced = await runCli(['verify', python, '--key', key.pubFile, '--format', 'enforcecore-py']);
    const ours = await runCli(['verify', python, '--format', 'enforcecore']);

    expect([asked.code, beside.code, forced.code, ours.code]).toEqual([1, 1, 2, 1]);
    expect(forced.err).toContain('--key is not for trails of the Python EnforceCore');
  });

  it('finds a change in it', async () => {
    const forged = folder.file('forged-py.jsonl', readFileSync(python, 'utf8').replace(/"tool_name": ?"[^"]+"/, '"tool_name": "other"'));

    const { code, json } = await runCli(['verify', forged, '--json']);

    expect(code).toBe(1);
    expect(json).toMatchObject({ format: 'enforcecore-py', valid: false });
  });
});

describe('verify of a database', () => {
  it('verifies SQLite, and makes no file where there is none', async () => {
    const store = await sqliteTrail(folder, 'audit.db', key, 6);

    const good = await runCli(['verify', store, '--key', key.pubFile]);
    const none = await runCli(['verify', `sqlite:${folder.at('none.db')}`]);
    const again = await runCli(['verify', `sqlite:${folder.at('none.db')}`]);

    expect([good.code, none.code, again.code]).toEqual([0, 1, 1]);
    expect(good.out).toContain('the first 6 are those that the log signed');
    expect(again.err).toContain('it does not exist');
  });

  it('finds what was changed by SQL', async () => {
    const store = await sqliteTrail(folder, 'changed.db', key, 6);
    const db = new DatabaseSync(folder.at('changed.db'));
    for (const row of db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all()) db.exec(`DROP TRIGGER "${String(row.name)}"`);
    db.exec(`UPDATE audit_leaves SET line = replace(line, '"session":"s-1"', '"session":"s-9"')`);
    db.close();

    const { code, out } = await runCli(['verify', store]);

    expect(code).toBe(1);
    expect(out).toMatch(/✗ FAIL +chain/);
  });

  it.each([
    ['postgres://user:s3cret@127.0.0.1:1/db?password=hidden', 1, 'nobody answers there'],
    ['postgres://user:s3cret@[broken/db', 2, 'cannot be read'],
    ['postgre://user:s3cret@host/db', 2, 'no kind of trail'],
    ['sqlite:', 2, 'the path of a database'],
    ['sqlite::memory:', 2, 'sqlite:'],
    ['', 2, 'empty'],
  ])('shows no password of %s', async (given, expected, words) => {
    const text = await runCli(['verify', given]);
    const json = await runCli(['verify', given, '--json']);

    expect([text.code, json.code]).toEqual([expected, expected]);
    expect(text.err).toContain(words);
    expect(text.out + text.err + json.out + json.err).not.toMatch(/s3cret|hidden/);
  });
});

describe('verify of hostile trails', () => {
  it('shows nothing that steers the terminal', async () => {
    const hostile = signedTrail(folder, 'hostile.jsonl', key, [2], { tool_name: hostileText, agent: hostileText });
    write(hostile, readFileSync(hostile, 'utf8').replace('"allowed"', '"blocked"'));
    const odd = folder.at(`odd${hostileText.replaceAll('/', '')}.jsonl`);
    copyFileSync(hostile, odd);

    const inside = await runCli(['verify', hostile]);
    const outside = await runCli(['verify', odd]);
    const json = await runCli(['verify', odd, '--json']);

    expect([inside.code, outside.code, json.code]).toEqual([1, 1, 1]);
    for (const text of [inside.out, outside.out, json.out, outside.err]) expect(text).not.toMatch(steering);
  });

  it('stays within eighty columns on a terminal', async () => {
    const { out } = await runCli(['verify', trail, '--key', key.pubFile], { terminal: 80, env: { NO_COLOR: '1' } });

    const long = out.split('\n').filter((line) => line.length > 80);
    expect(long.every((line) => line.includes('--expect-root'))).toBe(true);
  });

  it('reads fields of a megabyte', async () => {
    const big = signedTrail(folder, 'big.jsonl', key, [2], { agent: 'x'.repeat(1_000_000) });

    const { code } = await runCli(['verify', big]);

    expect(code).toBe(0);
  });

  it('tells the age of the last checkpoint', async () => {
    const made = JSON.parse(lines(`${trail}.checkpoints`).at(-1) ?? '') as { time: string };

    const { out } = await runCli(['verify', trail], { now: new Date(Date.parse(made.time) + 3 * 3_600_000) });

    expect(out).toContain('made 3 hours ago');
  });
});
