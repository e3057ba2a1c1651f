import { openTrail } from '@enforcecore/audit';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { hostileText, keyFiles, signedTrail, sqliteTrail, steering, write } from '../../audit/signed-trail.test.kit.js';
import { Folder } from '../../files.test.kit.js';
import { runCli } from '../../io.test.kit.js';

const secret = 'desk-of-ada';
const said = { agent: secret, violation_reason: `asked by ${secret}` };

describe('audit erase', () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => {
    folder.remove();
  });

  /** Every byte of every file, packed ones unpacked. */
  function everything(): string {
    return readdirSync(folder.path)
      .map((name) => {
        const stored = readFileSync(folder.at(name));
        return (name.endsWith('.gz') ? gunzipSync(stored) : stored).toString('latin1');
      })
      .join('\n');
  }

  it.each(['files', 'SQLite'])('leaves no trace of the content in %s, and a trail that verifies with the key and root it had', async (where) => {
    const key = keyFiles(folder, 'audit');
    const trail = where === 'files' ? signedTrail(folder, 'a.jsonl', key, [9], said) : await sqliteTrail(folder, 'a.db', key, 9, said);
    const before = await runCli(['verify', trail, '--json']);

    const erased = await runCli(['audit', 'erase', trail, '--agent', secret, '--reason', 'request 7', '--key-file', key.keyFile, '--yes', '--json']);
    const after = await runCli(['verify', trail, '--json', '--key', key.pubFile, '--expect-size', '9', '--expect-root', before.json.root]);

    expect([erased.code, erased.json]).toEqual([0, { trail, erased: 9, wouldErase: 9, announcedBy: [expect.any(String)] }]);
    expect(everything()).not.toContain(secret);
    expect([after.code, after.json.erased]).toEqual([0, 9]);
  });

  it('reaches closed files, packed ones too', async () => {
    const path = folder.at('b.jsonl');
    const writer = openTrail(path, { rotateBytes: 2000, compress: true });
    for (let i = 0; i < 12; i += 1) writer.append({ tool_name: 'search', decision: 'allowed', outcome: 'ok', call_id: `c-${String(i)}`, session: i % 3 === 0 ? secret : 'other' });
    void writer.close();

    const { code, out } = await runCli(['audit', 'erase', path, '--session', secret, '--reason', 'request 7', '--yes']);
    const verified = await runCli(['verify', path]);

    expect([code, out, verified.code]).toEqual([0, '4 entries erased\n', 0]);
    expect(everything()).not.toContain(secret);
    expect(everything()).toContain('"session":"other"');
  });

  it('takes entries that fit every option, and no others', async () => {
    const trail = signedTrail(folder, 'c.jsonl', undefined, [9], { agent: 'desk', tenant_id: 'acme' });
    const { json: page } = await runCli(['audit', 'query', trail, '--call-id', 'call-5', '--json']);
    const wanted = [['--session', 's-1'], ['--session', 's-1', '--call-id', 'call-4'], ['--session', 's-0', '--call-id', 'call-4'], ['--tenant', 'acme', '--agent', 'desk'], ['--entry-id', String(page.entries[0].entry.entry_id)]];

    const counts = [];
    for (const flags of wanted) counts.push((await runCli(['audit', 'erase', trail, ...flags, '--dry-run', '--json'])).json.wouldErase);
    const { out } = await runCli(['audit', 'erase', trail, '--call-id', 'call-5', '--reason', 'request 7', '--yes']);
    const left = await runCli(['audit', 'query', trail, '--kind', 'call', '--json']);

    expect(counts).toEqual([3, 1, 0, 9, 1]);
    expect(out).toBe('1 entry erased\n');
    expect(left.json.entries).toHaveLength(8);
  });

  it('says how many would go, and erases nothing without --yes', async () => {
    const trail = signedTrail(folder, 'd.jsonl', undefined, [6]);
    const before = readFileSync(trail, 'utf8');

    const refused = await runCli(['audit', 'erase', trail, '--session', 's-1', '--reason', 'request 7']);
    const counted = await runCli(['audit', 'erase', trail, '--session', 's-1', '--dry-run']);

    expect([refused.code, refused.out]).toEqual([2, '']);
    expect(refused.err).toContain('2 entries of');
    expect(refused.err).toContain('repeat with --yes');
    expect([counted.code, counted.out]).toEqual([0, '2 entries would be erased\n']);
    expect(readFileSync(trail, 'utf8')).toBe(before);
  });

  it('finds nothing the second time, and writes nothing then', async () => {
    const store = await sqliteTrail(folder, 'e.db', undefined, 3, said);
    const erase = ['audit', 'erase', store, '--agent', secret, '--reason', 'request 7', '--yes'];
    await runCli(erase);
    const { json: before } = await runCli(['verify', store, '--json']);

    const again = await runCli(erase);
    const { json: after } = await runCli(['verify', store, '--json']);

    expect([again.code, again.out]).toEqual([1, '']);
    expect(again.err).toContain('nothing was erased');
    expect(after.size).toBe(before.size);
  });

  it('says that a running program still has the call open', async () => {
    const path = folder.at('f.jsonl');
    const writer = openTrail(path);
    const draft = { tool_name: 'search', decision: 'allowed', outcome: 'ok', call_id: 'c-1', session: secret } as const;
    writer.begin(draft);
    writer.append(draft);

    const { code, out, err } = await runCli(['audit', 'erase', path, '--session', secret, '--reason', 'request 7', '--yes']);
    void writer.close();

    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('close that writer');
  });

  it('signs a checkpoint over the erasure with the key of the log, and with no other', async () => {
    const [key, other] = [keyFiles(folder, 'audit'), keyFiles(folder, 'other', 'example.com/other')];
    const trail = signedTrail(folder, 'g.jsonl', key, [6]);
    const erase = (keyFile: string, id: string) => runCli(['audit', 'erase', trail, '--session', id, '--reason', 'request 7', '--yes', '--key-file', keyFile]);

    const none = await runCli(['audit', 'erase', trail, '--session', 's-1', '--reason', 'request 7', '--yes']);
    const wrong = await erase(other.keyFile, 's-1');
    const right = await erase(key.keyFile, 's-2');
    const verified = await runCli(['verify', trail, '--key', key.pubFile, '--json']);

    expect([none.code, wrong.code, right.code, verified.code]).toEqual([2, 2, 0, 0]);
    expect(wrong.err).toContain('this is the key of example.com/other');
    expect(verified.json.checkpoints.lastSize).toBe(verified.json.size);
    expect(verified.json.erased).toBe(2);
  });

  it('never takes a closed segment for a trail', async () => {
    const path = folder.at('h.jsonl');
    const writer = openTrail(path, { rotateBytes: 1000 });
    for (let i = 0; i < 4; i += 1) writer.append({ tool_name: 'search', decision: 'allowed', outcome: 'ok', call_id: `c-${String(i)}`, session: secret });
    void writer.close();
    const alone = write(folder.at('i.000001.jsonl'), readFileSync(folder.at('h.000001.jsonl'), 'utf8'));
    const before = readdirSync(folder.path);

    const results = await Promise.all([folder.at('h.000001.jsonl'), alone].map((file) => runCli(['audit', 'erase', file, '--session', secret, '--reason', 'x', '--yes'])));

    expect(results.map(({ code, out }) => [code, out])).toEqual([[2, ''], [2, '']]);
    expect(results[0]?.err).toContain(`give ${path}`);
    expect(readdirSync(folder.path)).toEqual(before);
  });

  it.each([
    [[], 'say whose'], [['--session', ''], '--session is empty'], [['--session', 'a', '--yes'], 'say why'], [['--session', 'a', '--reason', ' ', '--yes'], 'say why'],
    [['--session', 'a', '--reason', 'x', '--yes', '--dry-run'], 'choose one'], [['--sesion', 'a'], 'Did you mean --session'], [['--tool', 'a'], 'unknown option'],
  ])('refuses %j', async (flags, words) => {
    const trail = signedTrail(folder, 'j.jsonl', undefined, [1]);

    const { code, out, err } = await runCli(['audit', 'erase', trail, ...flags]);

    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(words);
  });

  it('makes nothing where there is nothing', async () => {
    const places = [folder.at('none.jsonl'), `sqlite:${folder.at('none.db')}`, folder.path];

    const results = await Promise.all(places.map((place) => runCli(['audit', 'erase', place, '--session', 'a', '--reason', 'x', '--yes'])));

    expect(results.map(({ code, out }) => [code, out])).toEqual(places.map(() => [2, '']));
    expect([existsSync(folder.at('none.jsonl')), existsSync(folder.at('none.db'))]).toEqual([false, false]);
  });

  it('takes hostile values for text', async () => {
    const trail = signedTrail(folder, 'k.jsonl', undefined, [2], { agent: hostileText, tenant_id: '__proto__' });

    const counted = await runCli(['audit', 'erase', trail, '--agent', hostileText, '--tenant', '__proto__', '--dry-run']);
    const done = await runCli(['audit', 'erase', trail, '--tenant', '__proto__', '--reason', hostileText, '--yes']);
    const tail = await runCli(['audit', 'tail', trail, '--json']);
    const verified = await runCli(['verify', trail]);

    expect([counted.out, done.out, verified.code]).toEqual(['2 entries would be erased\n', '2 entries erased\n', 0]);
    expect(tail.out).not.toMatch(steering);
  });
});
