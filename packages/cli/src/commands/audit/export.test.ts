import { afterAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { append, hostileText, keyFiles, signedTrail, steering } from '../../audit/signed-trail.test.kit.js';
import { Folder } from '../../files.test.kit.js';
import { runCli } from '../../io.test.kit.js';

const folder = new Folder();
const key = keyFiles(folder, 'audit');
const trail = signedTrail(folder, 'trail.jsonl', key, [12]);
append(trail, 2, 100, { decision: 'blocked', outcome: 'blocked', violation_type: 'tool_denied', violation_reason: 'Denied by rules.denied_tools[0]', agent: 'a-1' });
const hostile = signedTrail(folder, 'hostile.jsonl', key, [2], { tool_name: hostileText, agent: hostileText, violation_reason: hostileText, violation_type: hostileText });
afterAll(() => {
  folder.remove();
});

describe('audit export', () => {
  it('writes lines as they are stored', async () => {
    const file = folder.at('out.jsonl');

    const { code, json } = await runCli(['audit', 'export', trail, '--out', file, '--json']);
    const piped = await runCli(['audit', 'export', trail]);

    expect([code, json]).toEqual([0, { file, as: 'jsonl', entries: 14 }]);
    expect(readFileSync(file, 'utf8')).toBe(readFileSync(trail, 'utf8'));
    expect(piped.out).toBe(readFileSync(trail, 'utf8'));
  });

  it('writes a table and an array', async () => {
    const csv = await runCli(['audit', 'export', trail, '--as', 'csv', '--decision', 'blocked']);
    const array = await runCli(['audit', 'export', trail, '--as', 'json', '--limit', '3']);
    const nothing = await runCli(['audit', 'export', trail, '--as', 'json', '--tool', 'ghost']);

    expect(csv.out.split('\r\n')).toHaveLength(1 + 2 + 1);
    expect(csv.err).toBe('2 entries\n');
    expect([array.json.length, array.err]).toEqual([3, '3 entries\n']);
    expect([nothing.json, nothing.err]).toEqual([[], 'no entry fits\n']);
  });

  it('gives files the stored bytes, and terminals nothing that steers them', async () => {
    const piped = await runCli(['audit', 'export', hostile]);
    const watched = await Promise.all(['jsonl', 'json', 'csv'].map((as) => runCli(['audit', 'export', hostile, '--as', as], { terminal: 80 })));

    expect(piped.out).toBe(readFileSync(hostile, 'utf8'));
    for (const { out } of watched) expect(out).not.toMatch(steering);
    expect(watched[1]?.json[0].tool_name).toBe(hostileText);
  });

  it('leaves no file behind that is not whole', async () => {
    const file = folder.at('never.jsonl');

    const missing = await runCli(['audit', 'export', folder.at('none.jsonl'), '--out', file]);
    const nowhere = await runCli(['audit', 'export', trail, '--out', folder.at('no/such/file')]);
    const noFile = await runCli(['audit', 'export', trail, '--json']);

    expect([missing.code, nowhere.code, noFile.code]).toEqual([2, 2, 2]);
    expect(() => readFileSync(file)).toThrow();
  });

  it.each(['trail.jsonl', 'link.jsonl', 'trail.jsonl.checkpoints', 'trail.000007.jsonl', 'trail.000007.jsonl.gz'])('never puts its output in place of the trail: %s', async (name) => {
    symlinkSync(trail, folder.at('link.jsonl'));
    const before = readFileSync(trail, 'utf8');

    const { code, out, err } = await runCli(['audit', 'export', trail, '--limit', '1', '--out', folder.at(name)]);
    const proof = await runCli(['audit', 'prove', trail, '1', '--out', folder.at(name)]);
    rmSync(folder.at('link.jsonl'));

    expect([code, out, proof.code]).toEqual([2, '', 2]);
    expect(err).toContain('a file of the trail itself');
    expect(readFileSync(trail, 'utf8')).toBe(before);
  });

  it('puts no file in place of what is none', async () => {
    const path = folder.at('socket');
    const server = createServer().listen(path);
    await once(server, 'listening');

    const { code, err } = await runCli(['audit', 'export', trail, '--out', path]);
    const isSocket = statSync(path).isSocket();
    server.close();

    expect([code, isSocket]).toEqual([2, true]);
    expect(err).toContain('cannot write');
  });
});
