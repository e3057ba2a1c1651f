import { afterAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { Folder } from '../../files.test.kit.js';
import { runCli } from '../../io.test.kit.js';

const folder = new Folder();
afterAll(() => {
  folder.remove();
});

describe('audit page', () => {
  it('writes one page, to a file or to standard output', async () => {
    const file = folder.at('verify.html');

    const written = await runCli(['audit', 'page', '--out', file, '--json']);
    const printed = await runCli(['audit', 'page']);

    const html = readFileSync(file, 'utf8');
    expect([written.code, printed.code]).toEqual([0, 0]);
    expect(html).toMatch(/^<!doctype html>/i);
    expect(printed.out).toBe(html);
    expect(written.json).toEqual({ file, bytes: Buffer.byteLength(html) });
  });

  it('does not mix the page with JSON', async () => {
    const { code, out } = await runCli(['audit', 'page', '--json']);

    expect([code, out]).toEqual([2, '']);
  });

  it('says why it cannot write', async () => {
    const { code, err } = await runCli(['audit', 'page', '--out', folder.at('no/verify.html')]);

    expect(code).toBe(2);
    expect(err).toContain('cannot write');
  });
});
