import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { EnforceCoreError, PolicyLoadError, type PolicyIssue } from '../errors.js';
import { renderIssue } from './policy-fault.js';
import { loadFile, loadObject, loadText, mergeClosure, type PolicyClosure } from './policy-load.js';
import { policyDigest } from './policy-digest.js';
import { toPlain, type PlainValue } from './policy-node.js';

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'policy-closure-')));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  // JSON is YAML.
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function merged(closure: PolicyClosure): PlainValue {
  const issues: PolicyIssue[] = [...closure.issues];
  const whole = toPlain(mergeClosure(closure, issues));

  expect(issues).toEqual([]);
  return whole;
}

function faults(path: string): string[] {
  try {
    const closure = loadFile(path);
    const issues: PolicyIssue[] = [...closure.issues];
    mergeClosure(closure, issues);
    return issues.map((issue) => shorten(renderIssue(issue)));
  } catch (error) {
    if (error instanceof PolicyLoadError) return [shorten(error.message)];
    throw error;
  }
}

const shorten = (message: string): string => message.replaceAll(`${folder}/`, '').replace('cannot load policy ', '');
const digestOf = (path: string): string => {
  const closure = loadFile(path);
  return policyDigest(merged(closure), closure.digests);
};

describe('several parents', () => {
  it('lays later ones over earlier ones, and the file over all', () => {
    write('a.yaml', { name: 'a', version: '1', rules: { allowed_tools: ['x'], denied_tools: ['a'], max_output_size_bytes: 1 } });
    write('b.yaml', { name: 'b', version: '2', rules: { allowed_tools: ['y'], denied_tools: ['b', 'a'] } });
    const path = write('c.yaml', { name: 'c', extends: ['a.yaml', 'b.yaml'], rules: { denied_tools: ['c'] } });

    expect(merged(loadFile(path))).toEqual({ name: 'c', version: '2', rules: { allowed_tools: ['y'], denied_tools: ['a', 'b', 'c'], max_output_size_bytes: 1 } });
  });

  it('reads a file once that two ways lead to', () => {
    write('org.yaml', { name: 'org', rules: { conditions: [{ when: 'x' }], denied_tools: ['a'] } });
    write('left.yaml', { extends: 'org.yaml', rules: { conditions: [{ when: 'y' }] } });
    write('right.yaml', { extends: './org.yaml' });
    symlinkSync('org.yaml', join(folder, 'same.yaml'));
    const closure = loadFile(write('p.yaml', { extends: ['left.yaml', 'right.yaml', 'same.yaml'] }));

    expect(closure.files.map((file) => basename(file))).toEqual(['p.yaml', 'left.yaml', 'org.yaml', 'right.yaml']);
    expect(closure.digests).toHaveLength(4);
    expect(closure.names.map((file) => basename(file))).toEqual(['p.yaml', 'left.yaml', 'org.yaml', 'right.yaml']);
    expect(merged(closure)).toEqual({ name: 'org', rules: { conditions: [{ when: 'x' }, { when: 'y' }], denied_tools: ['a'] } });
  });

  it('refuses one parent twice in one list', () => {
    write('a.yaml', 'name: a\n');

    expect(faults(write('p.yaml', 'extends: [a.yaml, ./a.yaml]\n'))).toEqual(['p.yaml:1:19 extends[1]: this parent is listed twice (expected each parent once)']);
  });

  it('lists the faults of all parents together', () => {
    write('list.yaml', '- a\n');
    write('bad.yaml', 'a: [');
    write('typo.yaml', 'nmae: x\n');

    expect(faults(write('p.yaml', 'name: p\nextends: [missing.yaml, list.yaml, bad.yaml, typo.yaml, /etc/passwd, ../x.yaml]\n'))).toEqual([
      'list.yaml:1:1: got a list (expected a map)',
      'typo.yaml:1:1 nmae: unknown key (did you mean "name"?)',
      'p.yaml:2:11 extends[0]: there is no such file (expected a policy file that can be read)',
      'bad.yaml:1:5: not valid YAML: unexpected end of the stream within a flow collection',
      'p.yaml:2:57 extends[4]: the absolute path "/etc/passwd" is not allowed (expected a path relative to this file)',
      `p.yaml:2:70 extends[5]: "../x.yaml" leads out of the policy folder "${folder}" (expected a file inside it, or a wider root option)`,
    ]);
  });

  it('shows a circle through any of them', () => {
    write('a.yaml', 'name: a\n');
    write('b.yaml', 'extends: [a.yaml, c.yaml]\n');
    write('c.yaml', 'extends: [a.yaml, b.yaml]\n');

    expect(faults(write('p.yaml', 'extends: [a.yaml, b.yaml]\n'))).toEqual([
      'c.yaml:1:19 extends[1]: the policies extend each other in a circle: b.yaml -> c.yaml -> b.yaml (expected a chain that ends)',
    ]);
  });

  it('D-08: merges a bomb of two parents per file in a moment', () => {
    for (let level = 1; level <= 15; level++) {
      for (const side of ['l', 'r']) write(`${side}${String(level)}.yaml`, { name: 'p', extends: [`l${String(level + 1)}.yaml`, `r${String(level + 1)}.yaml`] });
    }
    for (const side of ['l', 'r']) write(`${side}16.yaml`, { name: 'p', rules: { denied_tools: [side], conditions: [{ when: side }] } });
    const path = write('p.yaml', { extends: ['l1.yaml', 'r1.yaml'] });
    const started = performance.now();

    expect(merged(loadFile(path))).toEqual({ name: 'p', rules: { denied_tools: ['l', 'r'], conditions: [{ when: 'l' }, { when: 'r' }] } });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('D-08: counts the longest way up, also to files that were read before', () => {
    for (let i = 0; i < 10; i++) write(`a${String(i)}.yaml`, { name: 'p', ...(i < 9 ? { extends: `a${String(i + 1)}.yaml` } : {}) });
    for (let i = 0; i < 8; i++) write(`b${String(i)}.yaml`, { extends: i < 7 ? `b${String(i + 1)}.yaml` : 'a0.yaml' });

    expect(faults(write('p.yaml', 'extends: [a0.yaml, b0.yaml]\n'))).toEqual(['b7.yaml:1:12 extends: the chain of parents is too long (expected at most 16 parents)']);
    expect(faults(write('q.yaml', 'extends: [a0.yaml, b2.yaml]\n'))).toEqual([]);
  });

  it('D-08: reads at most 64 files', () => {
    const names = Array.from({ length: 64 }, (_, index) => `${String(index)}.yaml`);
    for (const name of names) write(name, 'name: p\n');

    expect(faults(write('p.yaml', { extends: names }))).toEqual([expect.stringContaining('extends[63]: the policy extends too many files (expected at most 64)')]);
    expect(faults(write('q.yaml', { extends: names.slice(1) }))).toEqual([]);
  });

  it('D-08: follows at most 128 mentions', () => {
    const names = Array.from({ length: 30 }, (_, index) => `${String(index)}.yaml`);
    for (const name of names) write(name, 'name: p\n');
    for (let i = 0; i < 5; i++) write(`m${String(i)}.yaml`, { extends: names });

    expect(faults(write('p.yaml', { extends: ['m0.yaml', 'm1.yaml', 'm2.yaml', 'm3.yaml', 'm4.yaml'] }))).toEqual([
      expect.stringContaining('the files of the policy extend each other too often (expected at most 128 times)'),
    ]);
  });

  it('D-08: reads at most four mebibytes together, and 200000 values', () => {
    const names = Array.from({ length: 5 }, (_, index) => `${String(index)}.yaml`);
    for (const name of names) write(name, `name: p\n#${'x'.repeat(1024 * 1024 - 40)}`);

    expect(faults(write('p.yaml', { extends: names }))).toEqual([expect.stringContaining('extends[4]: the files of the policy have too many bytes together (expected at most 4194304)')]);
    for (const name of names) write(name, `name: p\nrules: {denied_tools: [${'a,'.repeat(80_000)}]}`);

    expect(faults(write('p.yaml', { extends: names }))).toEqual([expect.stringContaining('extends[2]: the files of the policy have too many values together (expected at most 200000)')]);
  });

  it('takes bounded time when many files extend a large one', () => {
    const names = Array.from({ length: 8 }, (_, index) => `${String(index)}.yaml`);
    for (const name of names) write(name, { name: 'p', extends: 'big.yaml', locked: true, rules: { denied_tools: [`own_${name}`] } });
    write('big.yaml', { name: 'p', rules: { denied_tools: Array.from({ length: 90_000 }, (_, index) => `t${String(index)}`) } });
    const path = write('p.yaml', { extends: names });
    const started = performance.now();

    expect(faults(path)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  it('is refused in text and objects, which may lock', () => {
    expect(loadText('name: p\nextends: [a.yaml]\n').issues).toEqual([expect.objectContaining({ line: 2, message: 'only a policy loaded from a file can extend another' })]);
    expect(loadObject({ name: 'p', extends: [] }).issues).toEqual([]);
    expect(merged(loadObject({ name: 'p', extends: null, locked: ['mode'] }))).toEqual({ name: 'p', locked: ['mode'] });
    expect(loadText('name: p\n', 'x.yaml')).toMatchObject({ label: 'x.yaml', files: [], digests: [], names: ['x.yaml'] });
  });

  it('throws a typed error for a first file that is no map', () => {
    expect(() => loadFile(write('p.yaml', '- a\n'))).toThrow(EnforceCoreError);
  });
});

describe('the digest', () => {
  it('D-07: changes with every byte of every file', () => {
    write('a.yaml', 'name: a\n');
    write('b.yaml', 'extends: a.yaml\nrules: {denied_tools: [x]}\n');
    write('c.yaml', 'name: c\n');
    const path = write('p.yaml', 'extends: [b.yaml, c.yaml]\n');
    const first = digestOf(path);

    expect(digestOf(path)).toBe(first);
    for (const name of ['a.yaml', 'b.yaml', 'c.yaml', 'p.yaml']) {
      const before = readFileSync(join(folder, name), 'utf8');
      for (const after of [`${before}#`, `#\n${before}`, before.replace(': ', ':  ')]) {
        write(name, after);

        expect(digestOf(path)).not.toBe(first);
      }
      write(name, before);
    }
    expect(digestOf(path)).toBe(first);
  });
});
