import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { badPolicy, Folder, goodPolicy } from '../files.test.kit.js';
import { runCli } from '../io.test.kit.js';

const folder = new Folder();
const good = folder.file('good.yaml', goodPolicy);
const bad = folder.file('bad.yaml', badPolicy);
const binary = folder.file('binary.yaml', Buffer.from([0, 1, 2, 0xff, 0xfe]));
const warned = folder.file('warned.yaml', 'name: w\nrules:\n  resource_limits: { max_memory_mb: 64 }\n');
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

describe('validate and warnings', () => {
  it('shows what a policy asks for and the services cannot hold, and lets it pass', async () => {
    const { code, out } = await runCli(['validate', warned]);

    expect(code).toBe(0);
    expect(out).toMatch(/^ok {2}.*\nwarning {2}.*warned\.yaml:3:\d+ rules\.resource_limits\.max_memory_mb: .*refuse/);
  });

  it('fails for them with --strict', async () => {
    const [strict, clean] = [await runCli(['validate', good, warned, '--strict', '--json']), await runCli(['validate', good, '--strict'])];
    const { out } = await runCli(['validate', warned, '--strict']);

    expect([strict.code, clean.code]).toEqual([1, 0]);
    expect(out).toMatch(/^not ok {2}/);
    expect(strict.json.ok).toBe(false);
    expect(strict.json.files[1]).toMatchObject({ ok: true, issues: [], warnings: [{ line: 3, path: 'rules.resource_limits.max_memory_mb' }] });
  });

  it('counts them', async () => {
    const { out } = await runCli(['validate', good, warned]);

    expect(out).toMatch(/\n2 files: all valid, 1 warning\n$/);
  });
});

describe('validate and folders', () => {
  it('checks the policies directly in a folder, in the order of their names', async () => {
    mkdirSync(folder.at('many/deeper'), { recursive: true });
    for (const name of ['many/b.yml', 'many/a.yaml', 'many/a.cases.yaml', 'many/.hidden.yaml', 'many/notes.txt', 'many/deeper/c.yaml']) folder.file(name, goodPolicy);
    symlinkSync(good, folder.at('many/z.yaml'));

    const { json } = await runCli(['validate', folder.at('many'), '--json']);

    expect(json.files.map(({ file }: { file: string }) => file)).toEqual([folder.at('many/a.yaml'), folder.at('many/b.yml'), folder.at('many/z.yaml')]);
  });

  it('counts a folder without policies as a problem', async () => {
    mkdirSync(folder.at('empty'));

    const { code, out } = await runCli(['validate', folder.at('empty')]);

    expect(code).toBe(1);
    expect(out).toContain('the folder holds no policy, expected *.yaml or *.yml directly in it');
  });
});

describe('validate --sarif', () => {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const runOf = (log: any): any => log.runs[0];

  it('prints one run of SARIF 2.1.0 with every issue and warning', async () => {
    const { code, json } = await runCli(['validate', good, bad, warned, '--sarif']);

    expect(code).toBe(1);
    expect(json.version).toBe('2.1.0');
    expect(json.runs).toHaveLength(1);
    expect(runOf(json).tool.driver).toMatchObject({ name: 'enforcecore', version: '0.1.0' });
    expect(runOf(json).results.map((result: object) => ({ ...result, message: undefined, locations: undefined }))).toEqual([
      { ruleId: 'POLICY_INVALID', ruleIndex: 1, level: 'error' },
      { ruleId: 'POLICY_INVALID', ruleIndex: 1, level: 'error' },
      { ruleId: 'POLICY_WARNING', ruleIndex: 2, level: 'warning' },
    ]);
    expect(runOf(json).tool.driver.rules[1].id).toBe('POLICY_INVALID');
  });

  it('places a result by line and column, in a file outside the working directory by its full name', async () => {
    const { json } = await runCli(['validate', bad, '--sarif']);

    const [{ message, locations: [{ physicalLocation }] }] = runOf(json).results;
    expect(message.text).toMatch(/^rules\.allowed_tool: unknown key \(.*did you mean "allowed_tools"\?\)$/);
    expect(physicalLocation).toEqual({ artifactLocation: { uri: pathToFileURL(bad).href }, region: { startLine: 3, startColumn: 3 } });
  });

  it('says nothing of a line for a file that cannot be read', async () => {
    const { json } = await runCli(['validate', 'no such folder/ü#%.yaml', '--sarif']);

    expect(runOf(json).results).toEqual([
      {
        ruleId: 'POLICY_LOAD',
        ruleIndex: 0,
        level: 'error',
        message: { text: expect.stringContaining('there is no such file') },
        locations: [{ physicalLocation: { artifactLocation: { uri: 'no%20such%20folder/%C3%BC%23%25.yaml', uriBaseId: '%SRCROOT%' } } }],
      },
    ]);
  });

  it('tells a fault of a parent once', async () => {
    folder.file('parent.yaml', badPolicy);
    const [a, b] = [folder.file('child-a.yaml', 'extends: parent.yaml\n'), folder.file('child-b.yaml', 'extends: parent.yaml\n')];

    const { json } = await runCli(['validate', a, b, '--sarif']);

    expect(runOf(json).results).toHaveLength(2);
  });

  it('writes a file, and says the rest as ever', async () => {
    const file = folder.at('out.sarif');

    const { code, out } = await runCli(['validate', bad, '--sarif', file]);

    expect(code).toBe(1);
    expect(out).toContain('not valid  ');
    expect(runOf(JSON.parse(readFileSync(file, 'utf8'))).results).toHaveLength(2);
  });

  it('does not take a policy for the file to write', async () => {
    const { code, err } = await runCli(['validate', '--sarif', good, bad]);

    expect(code).toBe(2);
    expect(err).toContain('ends in .sarif or .json');
    expect(readFileSync(good, 'utf8')).toBe(goodPolicy);
  });

  it('is refused beside --json for one output, and where it cannot be written', async () => {
    const [both, unwritable] = [await runCli(['validate', good, '--json', '--sarif']), await runCli(['validate', good, '--sarif', folder.at('none/out.sarif')])];

    expect([both.code, unwritable.code]).toEqual([2, 2]);
    expect(unwritable.err).toContain('there is no such file');
  });

  it('escapes what could steer a terminal', async () => {
    const { out } = await runCli(['validate', hostile, '--sarif']);

    expect(out).not.toMatch(/[\x1b\u202e]/);
  });
});
