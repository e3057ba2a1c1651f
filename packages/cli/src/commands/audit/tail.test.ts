import { afterAll, describe, expect, it } from '@jest/globals';
import { openTrail } from '@enforcecore/audit';
import { append, hostileText, keyFiles, signedTrail, sqliteTrail, steering } from '../../audit/signed-trail.test.kit.js';
import { startedForATest, type Child } from '../../child.test.kit.js';
import { Folder } from '../../files.test.kit.js';
import { runCli } from '../../io.test.kit.js';

const folder = new Folder();
const key = keyFiles(folder, 'audit');
const start = startedForATest();
afterAll(() => {
  folder.remove();
});

function following(...args: string[]): Child {
  return start(['audit', 'tail', '-f', ...args]);
}

function indexes(child: Child): number[] {
  return child.lines().map((line) => (JSON.parse(line) as { index: number }).index);
}

describe('audit tail', () => {
  it('shows the last entries that fit, the latest last', async () => {
    const trail = signedTrail(folder, 'a.jsonl', key, [12]);

    const ten = await runCli(['audit', 'tail', trail]);
    const two = await runCli(['audit', 'tail', trail, '-n', '2', '--tool', 'search', '--json']);
    const none = await runCli(['audit', 'tail', trail, '-n', '0']);

    expect(ten.out.trimEnd().split('\n')).toHaveLength(11);
    expect(two.out.trimEnd().split('\n').map((line) => (JSON.parse(line) as { index: number }).index)).toEqual([8, 10]);
    expect([none.code, none.out]).toEqual([0, '']);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('follows a file through rotations, each entry once, until %s', async (signal) => {
    const path = folder.at(`follow-${signal}.jsonl`);
    const writer = openTrail(path, { rotateBytes: 3_000, checkpointSeconds: 0 });
    const add = (n: number): void => {
      for (let i = 0; i < n; i += 1) writer.append({ tool_name: 'search', decision: 'allowed', outcome: 'ok', call_id: `c-${String(i)}` });
    };
    add(3);
    const child = following(path, '-n', '2', '--kind', 'call', '--json');
    await child.until(() => child.lines().length === 2);

    add(20);
    await child.until(() => child.lines().length >= 22);
    child.kill(signal);
    const { code, err } = await child.ended;
    void writer.close();

    const calls = child.lines().map((line) => (JSON.parse(line) as { entry: { kind: string } }).entry.kind);
    expect([code, err]).toEqual([0, '']);
    expect(new Set(calls)).toEqual(new Set(['call']));
    expect(new Set(indexes(child)).size).toBe(22);
    expect(indexes(child)).toEqual([...indexes(child)].sort((a, b) => a - b));
  });

  it('follows SQLite', async () => {
    const store = await sqliteTrail(folder, 'f.db', key, 2);
    const child = following(store, '-n', '1', '--json');
    await child.until(() => child.lines().length === 1);

    await sqliteTrail(folder, 'f.db', key, 3);
    await child.until(() => child.lines().length === 4);

    expect(indexes(child)).toEqual([1, 2, 3, 4]);
  });

  it('ends when nobody reads any more', async () => {
    const trail = signedTrail(folder, 'closed.jsonl', key, [2]);
    const child = following(trail, '--json');
    await child.until(() => child.lines().length === 2);
    child.closeOutput();

    append(trail, 50);
    const { code, err } = await child.ended;

    expect([code, err]).toEqual([0, '']);
  });

  it('shows nothing that steers the terminal', async () => {
    const trail = signedTrail(folder, 'hostile.jsonl', key, [2], { tool_name: hostileText, agent: hostileText, violation_reason: hostileText });

    const plain = await runCli(['audit', 'tail', trail]);
    const json = await runCli(['audit', 'tail', trail, '--json']);

    for (const { out } of [plain, json]) expect(out).not.toMatch(steering);
  });

  it('refuses what it cannot follow', async () => {
    const missing = await runCli(['audit', 'tail', '-f', folder.at('none.jsonl')]);
    const many = await runCli(['audit', 'tail', folder.at('a.jsonl'), '-n', '10001']);

    expect([missing.code, many.code]).toEqual([2, 2]);
    expect(missing.err).toContain('it does not exist');
  });
});
