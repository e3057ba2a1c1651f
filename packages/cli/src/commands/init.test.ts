import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { Policy } from '@enforcecore/core';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { Folder } from '../files.test.kit.js';
import { runCli, type Ran } from '../io.test.kit.js';
import { profiles } from '../policy-init/sample-tools.js';

const folder = new Folder();
const auditPath = folder.at('audit');
const before = process.env['ENFORCECORE_AUDIT_PATH'];
// Modules outside of the repository find its packages as an installed project would.
symlinkSync(fileURLToPath(new URL('../../../../node_modules', import.meta.url)), folder.at('node_modules'));
folder.file('package.json', '{ "type": "module" }');
afterEach(() => {
  jest.restoreAllMocks();
  if (before === undefined) delete process.env['ENFORCECORE_AUDIT_PATH'];
  else process.env['ENFORCECORE_AUDIT_PATH'] = before;
});
afterAll(() => {
  folder.remove();
});

const odd = 'Send.Mail,delete_x,yes,ünï:x,constructor,__proto__,1st,a-b,a_b';
const names = ['policy.yaml', 'policy.cases.yaml', 'tools.ts'];
const cases: readonly (readonly [string, readonly string[]])[] = [
  ['plain', []],
  ...Object.keys(profiles).map((name): [string, string[]] => [name, ['--profile', name]]),
  ['without-pii', ['--profile', 'healthcare', '--no-pii']],
  ['odd', ['--tools', odd, '--pii', '--name', 'A "name" # with: signs\u00e9']],
];

function init(dir: string, ...flags: readonly string[]): Promise<Ran> {
  return runCli(['init', folder.at(dir), '--yes', ...flags]);
}

describe.each(cases)('init %s', (dir, flags) => {
  it('writes a policy without warnings whose cases pass', async () => {
    const { code, out } = await init(dir, ...flags);
    const policy = folder.at(join(dir, 'policy.yaml'));

    const lint = await runCli(['lint', policy, '--json']);
    const test = await runCli(['test', policy, folder.at(join(dir, 'policy.cases.yaml'))]);

    expect([code, lint.code, lint.json.warnings, test.code]).toEqual([0, 0, 0, 0]);
    expect(readdirSync(folder.at(dir)).sort()).toEqual([...names].sort());
    expect(out).toContain(`enforcecore lint ${policy}\n`);
    expect(readFileSync(policy, 'utf8')).toMatch(/^# yaml-language-server: \$schema=\.\/node_modules\/@enforcecore\/core\/policy\.schema\.json\n/);
    expect(test.out).toMatch(/\d+ cases: all as expected/);
  });

  it('writes tools that run, and are enforced', async () => {
    process.env['ENFORCECORE_AUDIT_PATH'] = auditPath;
    const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    const path = folder.at(join(dir, 'tools.ts'));

    const module = (await import(path)) as { main(): Promise<void> }; // the text says so
    await module.main();

    const tool = /tool: '([^']+)'/.exec(readFileSync(path, 'utf8'))?.[1] ?? 'none';
    expect(log).toHaveBeenCalledWith(expect.stringContaining(`${tool} got {`));
    expect(readFileSync(join(auditPath, 'trail.jsonl'), 'utf8')).toContain(`"tool_name":${JSON.stringify(tool)}`);
  });
});

describe('init', () => {
  it('writes tools that compile under strict rules, with decorators of either dialect', async () => {
    for (const [dir, flags] of cases) await init(`types-${dir}`, ...flags);
    const files = cases.map(([dir]) => folder.at(join(`types-${dir}`, 'tools.ts')));

    for (const experimentalDecorators of [false, true]) {
      const program = ts.createProgram(files, {
        strict: true, noEmit: true, experimentalDecorators, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
        moduleDetection: ts.ModuleDetectionKind.Force, skipLibCheck: true, types: ['node'], typeRoots: [folder.at('node_modules/@types')],
      });
      const faults = program.getSourceFiles().filter(({ fileName }) => files.includes(fileName)).flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]);
      expect(faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
    }
  });

  it('takes the name of the folder, and the tools as given', async () => {
    await init('desk', '--tools', 'Read_Note,send_mail,read_note');

    const policy = Policy.fromFile(folder.at('desk/policy.yaml'));
    expect(policy.name).toBe('desk');
    expect(policy.toJSON()).toMatchObject({ rules: { allowed_tools: ['read_note', 'send_mail'] } });
  });

  it('writes nothing where a file is, and lists what is there', async () => {
    mkdirSync(folder.at('taken'));
    folder.file('taken/policy.yaml', 'mine');

    const text = await init('taken');
    const { code, json } = await init('taken', '--json');

    expect([text.code, code]).toEqual([1, 1]);
    expect(text.err).toContain(`--force\n  ${folder.at('taken/policy.yaml')}\n`);
    expect(json).toEqual({ ok: false, dir: folder.at('taken'), written: [], existing: [folder.at('taken/policy.yaml')] });
    expect(readdirSync(folder.at('taken'))).toEqual(['policy.yaml']);
    expect(readFileSync(folder.at('taken/policy.yaml'), 'utf8')).toBe('mine');
  });

  it('replaces files with --force, and a link instead of what it leads to', async () => {
    mkdirSync(folder.at('linked'));
    const target = folder.file('target.txt', 'mine');
    symlinkSync(target, folder.at('linked/tools.ts'));
    symlinkSync(folder.at('nowhere'), folder.at('linked/policy.yaml'));

    const refused = await init('linked');
    const { code } = await init('linked', '--force');

    expect([refused.code, code]).toEqual([1, 0]);
    expect(readFileSync(target, 'utf8')).toBe('mine');
    expect(existsSync(folder.at('nowhere'))).toBe(false);
    expect(Policy.fromFile(folder.at('linked/policy.yaml')).name).toBe('linked');
  });

  it('tells a program what was written', async () => {
    const { code, json } = await init('json', '--json');

    expect(code).toBe(0);
    expect(json).toEqual({ ok: true, dir: folder.at('json'), written: names.map((name) => folder.at(join('json', name))), existing: [] });
  });

  it.each([
    [['--tools', 'a*'], 'is a pattern'],
    [['--tools', 'a b'], 'is no tool name'],
    [['--tools', ','], 'Expected names with commas'],
    [['--profile', 'pirate'], 'Allowed choices'],
    [['--name', ''], 'no policy can be made'],
    [['--tools', `a\x1b[2J`], 'is no tool name'],
  ])('refuses %j', async (flags, message) => {
    const { code, err } = await init('refused', ...flags);

    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).not.toContain('\x1b');
    expect(existsSync(folder.at('refused'))).toBe(false);
  });

  it('refuses a folder that is a file', async () => {
    writeFileSync(folder.at('file'), '');

    const { code, err } = await init('file');

    expect(code).toBe(2);
    expect(err).toContain('cannot write');
  });

  it('asks nothing where nobody sits at the keyboard', async () => {
    const { code } = await runCli(['init', folder.at('pipe')]);

    expect(code).toBe(0);
  });
});
