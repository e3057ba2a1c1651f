import { afterAll, describe, expect, it } from '@jest/globals';
import { badPolicy, Folder, goodPolicy } from '../files.test.kit.js';
import { runCli } from '../io.test.kit.js';

const folder = new Folder();
const good = folder.file('good.yaml', goodPolicy);
const bad = folder.file('bad.yaml', badPolicy);
const binary = folder.file('binary.yaml', Buffer.from([0, 1, 2, 0xff, 0xfe]));
const hostile = folder.file('hostile.yaml', 'name: x\nrules: { "a\\e[2J\\u202Eb": 1 }\n');
afterAll(() => {
  folder.remove();
});

describe('validate', () => {
  it('says ok, and which policy it is', async () => {
    const { code, out, err } = await runCli(['validate', good]);

    expect([code, out, err]).toEqual([0, `ok  ${good}  support 1.2\n`, '']);
  });

  it('lists every issue of every file as file:line:column path: message', async () => {
    const { code, out } = await runCli(['validate', good, bad]);

    const lines = out.split('\n');
    expect(code).toBe(1);
    expect(lines[1]).toBe(`not valid  ${bad}  2 problems`);
    expect(lines[2]).toMatch(/bad\.yaml:3:3 rules\.allowed_tool: unknown key \(.*did you mean "allowed_tools"\?\)$/);
    expect(lines[3]).toMatch(/bad\.yaml:5:18 rules\.pii_redaction\.categories\[0\]: .*\(expected .*; did you mean "email"\?\)$/);
    expect(lines.at(-2)).toBe('2 files: 1 not valid, 2 problems');
  });

  it('counts files that are all valid', async () => {
    const { out } = await runCli(['validate', good, good]);

    expect(out).toMatch(/\n2 files: all valid\n$/);
  });

  it('counts a file that cannot be read as a problem', async () => {
    const { code, out } = await runCli(['validate', folder.at('none.yaml')]);

    expect(code).toBe(1);
    expect(out).toContain('none.yaml: there is no such file');
  });

  it('refuses binary files with an issue', async () => {
    const { code, out } = await runCli(['validate', binary]);

    expect(code).toBe(1);
    expect(out).toContain('1 problem');
  });

  it('writes out terminal escapes that a policy holds', async () => {
    const { code, out } = await runCli(['validate', hostile]);

    expect(code).toBe(1);
    expect(out).not.toMatch(/[\x1b\u202e]/);
  });

  it('prints all of it as JSON', async () => {
    const { code, json } = await runCli(['validate', good, bad, '--json']);

    expect(code).toBe(1);
    expect(json.ok).toBe(false);
    expect(json.files[0]).toMatchObject({ file: good, ok: true, name: 'support', version: '1.2', issues: [] });
    expect(json.files[1]).toMatchObject({ file: bad, ok: false, name: null });
    expect(json.files[1].issues[0]).toMatchObject({ line: 3, column: 3, path: 'rules.allowed_tool', nearest: 'allowed_tools' });
  });
});
