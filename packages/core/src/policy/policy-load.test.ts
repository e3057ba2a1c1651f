import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PolicyLoadError } from '../errors.js';
import { Policy, loadPolicy, validatePolicyFile } from './policy.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'policy-load-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The message with the folder of the test taken out. */
function refusal(path: string, options: { readonly root?: string } = {}): string {
  try {
    Policy.fromFile(path, options);
  } catch (error) {
    if (error instanceof PolicyLoadError) return error.message.replaceAll(`${folder}/`, '').replaceAll(folder, 'FOLDER');
    throw error;
  }
  throw new Error(`${path} was accepted`);
}

describe('Policy.fromFile', () => {
  it('loads a file and knows where it came from', () => {
    const policy = loadPolicy(write('p.yaml', 'name: p\n'));

    expect([policy.name, policy.source]).toEqual(['p', join(folder, 'p.yaml')]);
  });

  it.each([
    ['missing.yaml', 'cannot load policy missing.yaml: there is no such file (expected a policy file that can be read)'],
    ['p.yaml/x', 'cannot load policy p.yaml/x: there is no such file (expected a policy file that can be read)'],
    ['.', 'cannot load policy FOLDER: this is a directory (expected a policy file)'],
    ['x'.repeat(5000), `cannot load policy ${'x'.repeat(5000)}: the path is too long (expected a policy file that can be read)`],
    ['a\0b', 'cannot load policy a\0b: the file cannot be read (ERR_INVALID_ARG_VALUE) (expected a policy file that can be read)'],
  ])('refuses the path %.30s', (name, message) => {
    write('p.yaml', 'name: p\n');

    expect(refusal(join(folder, name))).toBe(message);
  });

  it.each([undefined, null, 7, '', {}])('refuses %p as a path', (path) => {
    expect(() => Policy.fromFile(path as string)).toThrow('cannot load policy <file>: no path was given (expected the path of a policy file)'); // A caller without types.
  });

  it('refuses a pipe, which would never end', () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);

    expect(refusal(pipe)).toBe('cannot load policy pipe: this is not a regular file (expected a policy file)');
  });

  it('refuses links in a circle', () => {
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));

    expect(refusal(join(folder, 'a'))).toBe('cannot load policy a: the symbolic links go in a circle (expected a policy file that can be read)');
  });

  it('refuses more than a mebibyte', () => {
    expect(refusal(write('p.yaml', `name: p\n#${'x'.repeat(1024 * 1024)}`))).toBe('cannot load policy p.yaml: the policy has 1048585 bytes (expected at most 1048576)');
  });

  it('refuses what is not UTF-8', () => {
    expect(refusal(write('p.yaml', Uint8Array.of(0x6e, 0xff, 0xfe)))).toBe('cannot load policy p.yaml: the file is not valid UTF-8 (expected text saved as UTF-8)');
  });

  it('keeps the cause', () => {
    expect(() => Policy.fromFile(join(folder, 'missing.yaml'))).toThrow(expect.objectContaining({ cause: expect.objectContaining({ code: 'ENOENT' }) }));
  });

  it('reads a file with a byte order mark', () => {
    expect(Policy.fromFile(write('p.yaml', '\uFEFFname: p\n')).name).toBe('p');
  });

  it('loads a policy of one mebibyte in reasonable time', () => {
    const tools = Array.from({ length: 60_000 }, (_, index) => `  - tool_${String(index)}`).join('\n');
    const policy = Policy.fromFile(write('p.yaml', `name: p\nrules:\n denied_tools:\n${tools}\n`));

    expect(policy.judgeTool('tool_59999').allowed).toBe(false);
  });
});

describe('extends', () => {
  it('follows a chain through folders, each path relative to its own file', () => {
    mkdirSync(join(folder, 'org/base'), { recursive: true });
    write('org/base/a.yaml', 'name: a\nrules: {denied_tools: [x]}');
    write('org/b.yaml', 'name: b\nextends: base/a.yaml\n');
    const policy = Policy.fromFile(write('c.yaml', 'name: c\nextends: ./org/b.yaml\n'));

    expect([policy.name, policy.judgeTool('x').allowed]).toEqual(['c', false]);
  });

  it('shows the circle', () => {
    write('a.yaml', 'name: a\nextends: b.yaml\n');
    write('b.yaml', 'name: b\nextends: c.yaml\n');
    write('c.yaml', 'name: c\nextends: ./b.yaml\n');

    expect(refusal(join(folder, 'a.yaml'))).toBe(
      'cannot load policy c.yaml:2:10 extends: the policies extend each other in a circle: b.yaml -> c.yaml -> b.yaml (expected a chain that ends)',
    );
  });

  it('shows the circle of a file that extends itself', () => {
    expect(refusal(write('a.yaml', 'name: a\nextends: a.yaml\n'))).toContain('a.yaml -> a.yaml');
  });

  it('ends a chain of more than 16 parents', () => {
    for (let i = 0; i < 20; i++) write(`${String(i)}.yaml`, `name: p\nextends: ${String(i + 1)}.yaml\n`);
    write('20.yaml', 'name: p\n');

    expect(refusal(join(folder, '0.yaml'))).toBe('cannot load policy 16.yaml:2:10 extends: the chain of parents is too long (expected at most 16 parents)');
    expect(Policy.fromFile(join(folder, '4.yaml')).name).toBe('p');
  });

  it.each([
    ['/etc/passwd', 'the absolute path "/etc/passwd" is not allowed (expected a path relative to this file)'],
    ['C:\\policies\\base.yaml', 'the absolute path "C:\\\\policies\\\\base.yaml" is not allowed (expected a path relative to this file)'],
    ['../outside.yaml', '"../outside.yaml" leads out of the policy folder "FOLDER" (expected a file inside it, or a wider root option)'],
    ['../missing.yaml', '"../missing.yaml" leads out of the policy folder "FOLDER" (expected a file inside it, or a wider root option)'],
    ['missing.yaml', 'there is no such file (expected a policy file that can be read)'],
    ['.', 'this is a directory (expected a policy file)'],
    ['"a\\0b"', 'this is no path (expected the path of a policy file, such as base.yaml)'],
    ['""', 'this is no path (expected the path of a policy file, such as base.yaml)'],
    ['7', 'this is no path (expected the path of a policy file, such as base.yaml)'],
  ])('D-08: refuses extends: %s', (path, message) => {
    expect(refusal(write('p.yaml', `name: p\nextends: ${path}\n`))).toBe(`cannot load policy p.yaml:2:10 extends: ${message}`);
  });

  it('D-08: refuses a link that leads out of the folder', () => {
    mkdirSync(join(folder, 'inner'));
    write('outside.yaml', 'name: outside\n');
    symlinkSync(join(folder, 'outside.yaml'), join(folder, 'inner/base.yaml'));

    expect(refusal(write('inner/p.yaml', 'name: p\nextends: base.yaml\n'))).toContain('"base.yaml" leads out of the policy folder');
  });

  it('lets the root option widen the folder, and holds the first file to it too', () => {
    mkdirSync(join(folder, 'team'));
    write('base.yaml', 'name: base\nrules: {denied_tools: [x]}\n');
    const path = write('team/p.yaml', 'name: p\nextends: ../base.yaml\n');

    expect(refusal(path)).toContain('leads out of the policy folder');
    expect(Policy.fromFile(path, { root: folder }).judgeTool('x').allowed).toBe(false);
    expect(refusal(join(folder, 'base.yaml'), { root: join(folder, 'team') })).toContain('leads out of the policy folder');
    expect(refusal(path, { root: path })).toContain('the root option is not a directory');
    expect(refusal(path, { root: join(folder, 'nowhere') })).toContain('there is no such file');
  });

  it('works where the whole folder is behind a link, as mounted configuration is', () => {
    mkdirSync(join(folder, 'v1'));
    write('v1/base.yaml', 'name: base\n');
    write('v1/p.yaml', 'extends: base.yaml\n');
    symlinkSync('v1', join(folder, 'current'));

    expect(Policy.fromFile(join(folder, 'current/p.yaml')).name).toBe('base');
  });

  it('lists what is wrong with the child beside a parent that cannot be read', () => {
    const path = write('p.yaml', 'nmae: p\nextends: missing.yaml\n');

    expect(validatePolicyFile(path).map(({ line, column, message }) => [line, column, message])).toEqual([
      [1, 1, 'unknown key'],
      [1, 1, 'the name is missing'],
      [2, 10, 'there is no such file'],
    ]);
  });

  it('is refused in text and objects, which have no folder', () => {
    expect(() => Policy.parse('name: p\nextends: base.yaml\n')).toThrow('<yaml>:2:1 extends: only a policy loaded from a file can extend another');
  });
});

describe('Policy.parse', () => {
  it('names the file it is given in messages', () => {
    expect(() => Policy.parse('a: [', { file: 'mine.yaml' })).toThrow('cannot load policy mine.yaml:1:5: not valid YAML');
  });

  it('refuses too much text and what is no text', () => {
    expect(() => Policy.parse(`#${'\u20ac'.repeat(400_000)}`)).toThrow('<yaml>: the policy has 1200001 bytes (expected at most 1048576)');
    expect(() => Policy.parse(7 as unknown as string)).toThrow('<yaml>: got a value of type number (expected YAML text)'); // A caller without types.
  });
});

describe('validatePolicyFile', () => {
  it('has nothing to say of a good policy', () => {
    expect(validatePolicyFile(write('p.yaml', 'name: p\n'))).toEqual([]);
  });

  it('makes one issue of a file that cannot be loaded, with its place', () => {
    const path = write('p.yaml', 'name: p\n  x: 1\n');

    expect(validatePolicyFile(path)).toEqual([{ file: path, line: 2, column: 4, path: '', message: 'not valid YAML: bad indentation of a mapping entry' }]);
    expect(validatePolicyFile(join(folder, 'none.yaml'))).toHaveLength(1);
  });

  it('finds all issues, in the order of the file', () => {
    const lines = validatePolicyFile(write('p.yaml', 'rules:\n  z: 1\n  max_output_size_bytes: 0\nversion: []\nname: ""\n')).map(({ line }) => line);

    expect(lines).toEqual([2, 3, 4, 5]);
  });
});
