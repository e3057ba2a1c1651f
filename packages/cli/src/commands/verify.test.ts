import { afterAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { Folder } from '../files.test.kit.js';
import { runCli } from '../io.test.kit.js';

const folder = new Folder();
const trail = folder.trail('trail.jsonl', [{}, { decision: 'blocked', outcome: 'blocked' }, {}]);
const lines = readFileSync(trail, 'utf8').trimEnd().split('\n');
const forged = folder.file('forged.jsonl', `${lines.join('\n').replace('"blocked"', '"allowed"')}\n`);
const short = folder.file('short.jsonl', `${lines.slice(0, 2).join('\n')}\n`);
afterAll(() => {
  folder.remove();
});

describe('verify', () => {
  it('says that a whole trail is valid, check by check', async () => {
    const { code, out } = await runCli(['verify', trail]);

    expect(code).toBe(0);
    expect(out).toMatch(/^VALID {2}/);
    expect(out).toMatch(/✓ pass +chain/);
    expect(out).toMatch(/\? unknown +witnesses/);
    expect(out).toContain('3 entries');
  });

  it('says that a changed trail is not valid, where and why', async () => {
    const { code, out } = await runCli(['verify', forged]);

    expect(code).toBe(1);
    expect(out).toMatch(/^NOT VALID/);
    expect(out).toMatch(/✗ FAIL +chain/);
    expect(out).toContain(`${forged}:2 index 1 chain: `);
  });

  it('notices a trail that was cut off, by its size or its head', async () => {
    const { json: whole } = await runCli(['verify', trail, '--json']);
    const { size, root } = whole;

    const bySize = await runCli(['verify', short, '--expect-size', String(size)]);
    const byHead = await runCli(['verify', short, '--expect-root', root]);
    const kept = await runCli(['verify', trail, '--expect-size', String(size), '--expect-root', root.toUpperCase()]);

    expect([bySize.code, byHead.code, kept.code]).toEqual([1, 1, 0]);
    expect(bySize.out).toContain('truncated');
  });

  it('tells what to keep for the next time', async () => {
    const { out } = await runCli(['verify', trail]);

    expect(out).toMatch(/--expect-size \d+ --expect-root [0-9a-f]{64}\n$/);
  });

  it('prints the result as JSON', async () => {
    const { code, json } = await runCli(['verify', forged, '--json']);

    expect(code).toBe(1);
    expect(json).toMatchObject({ trail: forged, valid: false, entries: 3 });
    expect(json.checks).toContainEqual(expect.objectContaining({ name: 'chain', status: 'fail' }));
    expect(json.errors[0]).toMatchObject({ code: 'chain', line: 2, index: 1 });
  });

  it.each([[[]], [['--json']]])('never calls a missing trail valid, with %j', async (flags) => {
    const { code, out, err } = await runCli(['verify', folder.at('none.jsonl'), ...flags]);

    expect(code).toBe(1);
    expect(err).toContain('it does not exist');
    expect(out).not.toMatch(/^VALID|"valid": true/);
  });

  it('holds the trail against its witness', async () => {
    const { code, out } = await runCli(['verify', trail, '--witness', folder.at('no-witness')]);

    expect(code).toBe(1);
    expect(out).not.toMatch(/^VALID/);
  });

  it('does not take an empty file for a valid trail', async () => {
    const { code, out } = await runCli(['verify', folder.file('empty.jsonl', '')]);

    expect(code).toBe(1);
    expect(out).toMatch(/^NOT VALID/);
  });

  it('does not take a binary file for a valid trail', async () => {
    const { code } = await runCli(['verify', folder.file('binary.jsonl', Buffer.from([0xff, 0, 0x0a, 0x1b]))]);

    expect(code).toBe(1);
  });

  it('lists ten errors and counts the rest', async () => {
    const many = folder.trail('many.jsonl', Array.from({ length: 30 }, () => ({})));
    const broken = readFileSync(many, 'utf8').replaceAll('"allowed"', '"blocked"');

    const { out } = await runCli(['verify', folder.file('broken.jsonl', broken)]);

    expect(out.match(/broken\.jsonl:\d+ /g)).toHaveLength(10);
    expect(out).toMatch(/and at least \d+ more errors; --json lists them\n/);
  });

  it('shows its progress on a terminal, for large trails only', async () => {
    const large = folder.file('large.jsonl', 'x'.repeat(9_000_000));

    const watched = await runCli(['verify', large], { terminal: 80 });
    const piped = await runCli(['verify', large]);
    const little = await runCli(['verify', trail], { terminal: 80 });

    expect(watched.err).toMatch(/\r\x1b\[Kverifying \d+ % of 9\.0 MB/);
    expect(watched.err).toMatch(/\r\x1b\[K$/);
    expect([piped.err, little.err]).toEqual(['', '']);
  });

  it.each([['--expect-size', '-1'], ['--expect-size', '1.5'], ['--expect-root', 'xyz']])('refuses %s %s', async (flag, value) => {
    const { code, err } = await runCli(['verify', trail, `${flag}=${value}`]);

    expect(code).toBe(2);
    expect(err).toContain('is invalid');
  });
});
