import { afterAll, describe, expect, it } from '@jest/globals';
import { append, hostileText, keyFiles, signedTrail, steering } from '../../audit/signed-trail.test.kit.js';
import { Folder } from '../../files.test.kit.js';
import { runCli } from '../../io.test.kit.js';

const folder = new Folder();
const key = keyFiles(folder, 'audit');
const trail = signedTrail(folder, 'trail.jsonl', key, [12]);
append(trail, 2, 100, { decision: 'blocked', outcome: 'blocked', violation_type: 'tool_denied', violation_reason: 'Denied by rules.denied_tools[0]', agent: 'a-1' });
const hostile = signedTrail(folder, 'hostile.jsonl', key, [2], { tool_name: hostileText, agent: hostileText, violation_reason: hostileText, violation_type: hostileText });
const huge = signedTrail(folder, 'huge.jsonl', key, [2], { agent: 'x'.repeat(1_000_000), tool_name: 'y'.repeat(200), violation_reason: 'z'.repeat(1_000_000) });
afterAll(() => {
  folder.remove();
});

interface Page {
  readonly entries: { readonly index: number; readonly entry: Record<string, unknown> }[];
  readonly next: string | null;
}

async function pageOf(source: string, ...args: string[]): Promise<Page> {
  const { code, err, json } = await runCli(['audit', 'query', source, '--json', ...args]);
  if (code !== 0) throw new Error(err);
  return json as Page;
}

describe('audit query', () => {
  it.each(['files', 'SQLite'])('finds the same by any field in %s', async (where) => {
    const from = where === 'files' ? trail : `sqlite:${folder.at('moved.db')}`;
    if (where === 'SQLite') await runCli(['audit', 'migrate', trail, from]);

    const asked = [
      ['--tool', ' SEND_EMAIL '], ['--session', 's-0'], ['--decision', 'blocked'], ['--outcome', 'ok'], ['--agent', 'a-1'],
      ['--text', 'RULES denied'], ['--violation', 'tool_denied'], ['--kind', 'call'], ['--call-id', 'call-3'], ['--until', '2020-01-01'], ['--since', '2020-01-01'],
    ];
    const counts = [];
    for (const filter of asked) counts.push((await pageOf(from, ...filter)).entries.length);

    expect(counts).toEqual([7, 4, 2, 12, 2, 2, 2, 14, 1, 0, 14]);
  });

  it('goes on behind a page, in either order', async () => {
    const first = await pageOf(trail, '--limit', '9');
    const second = await pageOf(trail, '--limit', '9', '--after', String(first.next));
    const oldest = await pageOf(trail, '--order', 'asc', '--limit', '2');
    const { err } = await runCli(['audit', 'query', trail, '--limit', '9']);

    expect(first.entries.map(({ index }) => index)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5]);
    expect([second.entries.at(-1)?.index, second.next]).toEqual([0, null]);
    expect(oldest.entries.map(({ index }) => index)).toEqual([0, 1]);
    expect(err).toBe('9 entries, and there are more: --after 5\n');
  });

  it('says that nothing fits', async () => {
    const { code, out, err } = await runCli(['audit', 'query', trail, '--tool', 'ghost']);

    expect([code, out, err]).toEqual([0, '', 'no entry fits\n']);
  });

  it.each([
    ['--limit', '0'], ['--limit', '10001'], ['--since', 'yesterday'], ['--since', '2026-02-30'], ['--until', '2026-11-21T10:00:00'], ['--decision', 'maybe'],
    ['--order', 'up'], ['--after', 'x'], ['--text', ' '], ['--kind', 'other'],
  ])('refuses %s %s', async (flag, value) => {
    const { code, out } = await runCli(['audit', 'query', trail, `${flag}=${value}`]);

    expect([code, out]).toEqual([2, '']);
  });

  it.each([folder.at('none.jsonl'), folder.path, `sqlite:${folder.at('none.db')}`])('refuses %s', async (source) => {
    const { code, out, err } = await runCli(['audit', 'query', source]);

    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^enforcecore: .+\n$/);
  });

  it('shows nothing that steers the terminal, and no megabyte', async () => {
    const plain = await runCli(['audit', 'query', hostile]);
    const json = await runCli(['audit', 'query', hostile, '--json']);
    const large = await runCli(['audit', 'query', huge]);
    const watched = await runCli(['audit', 'query', huge], { terminal: 160, env: { NO_COLOR: '1' } });

    for (const text of [plain.out, json.out]) expect(text).not.toMatch(steering);
    expect(large.out.length).toBeLessThan(10_000);
    expect(Math.max(...watched.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(160);
  });
});
