import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PolicyError } from '../errors.js';
import { Policy } from './policy.js';
import { PolicyFile, type Reload } from './policy-file.js';

let folder = '';
let told: Reload[] = [];
let now = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'enforcecore-reload-'));
  told = [];
  now = 0;
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function at(name: string): string {
  return join(folder, name);
}

/** Writes a policy; `age` seconds ago, so that it is not taken for one that may still be changing. */
function write(name: string, denied: string, { age = 60, parents = '' } = {}): void {
  writeFileSync(at(name), `name: p\n${parents === '' ? '' : `extends: ${parents}\n`}rules:\n  denied_tools: [${denied}]\n`);
  old(name, age);
}

function old(name: string, age: number): void {
  const time = Date.now() / 1_000 - age;
  utimesSync(at(name), time, time);
}

function open(everyMs = 1_000, name = 'p.yaml'): PolicyFile {
  return new PolicyFile(at(name), everyMs, now, (reload) => void told.push(reload));
}

function look(file: PolicyFile, times = 1): string {
  for (let i = 0; i < times; i += 1) file.current((now += 1_000));
  return denies(file);
}

function denies(file: PolicyFile): string {
  const { rules } = file.current(now).toJSON() as { readonly rules: { readonly denied_tools: readonly string[] } };
  return rules.denied_tools.join(' ');
}

const kinds = (): string[] => told.map(({ kind }) => kind);

describe('a policy file', () => {
  it('is taken up when two looks in a row see the same change', () => {
    write('p.yaml', 'a');
    const file = open();
    write('p.yaml', 'b', { age: 50 });

    expect([look(file), look(file)]).toEqual(['a', 'b']);
    expect(told).toEqual([expect.objectContaining({ kind: 'swapped' })]);
    expect(look(file, 5)).toBe('b');
    expect(told).toHaveLength(1);
  });

  it('is not looked at before it is time', () => {
    write('p.yaml', 'a');
    const file = open();
    write('p.yaml', 'b', { age: 50 });
    for (let i = 0; i < 9; i += 1) file.current((now += 100));

    expect(denies(file)).toBe('a');
    expect(told).toEqual([]);
  });

  it('is never looked at with 0', () => {
    write('p.yaml', 'a');
    const file = open(0);
    write('p.yaml', 'b', { age: 50 });

    expect(look(file, 10)).toBe('a');
  });

  it('is left alone while it is being written', () => {
    write('p.yaml', 'a');
    const file = open();
    for (let i = 0; i < 5; i += 1) {
      writeFileSync(at('p.yaml'), `name: p\nrules: {denied_tools: [${'b, '.repeat(i)}`);
      old('p.yaml', 40 - i);
      expect(look(file)).toBe('a');
    }
    write('p.yaml', 'c', { age: 30 });

    expect(look(file, 2)).toBe('c');
    expect(kinds()).toEqual(['swapped']);
  });

  it('D-07: is taken up when a parent changes', () => {
    write('base.yaml', 'a');
    write('p.yaml', 'x', { parents: 'base.yaml' });
    const file = open();
    write('base.yaml', 'b', { age: 50 });

    expect(look(file, 2)).toBe('b x');
  });

  it('keeps the rules that held where the new ones do not load, tells it once, and recovers', () => {
    write('p.yaml', 'a');
    const file = open();
    writeFileSync(at('p.yaml'), 'name: p\nrules: {denied_tols: [b]}\n');
    old('p.yaml', 50);

    expect(look(file, 8)).toBe('a');
    expect(told).toEqual([expect.objectContaining({ kind: 'kept', error: expect.any(PolicyError) })]);
    write('p.yaml', 'c', { age: 40 });
    expect(look(file, 2)).toBe('c');
    expect(kinds()).toEqual(['kept', 'swapped']);
  });

  it('keeps the rules that held while the file is gone, and says nothing when the same comes back', () => {
    write('p.yaml', 'a');
    const file = open();
    renameSync(at('p.yaml'), at('away'));

    expect(look(file, 4)).toBe('a');
    expect(kinds()).toEqual(['kept']);
    renameSync(at('away'), at('p.yaml'));
    expect(look(file, 4)).toBe('a');
    write('p.yaml', 'b', { age: 30 });
    expect(look(file, 2)).toBe('b');
    expect(kinds()).toEqual(['kept', 'swapped']);
  });

  it('is taken up when another file is renamed over it, of the same time and size too', () => {
    write('p.yaml', 'a', { age: 60 });
    const file = open();
    write('next', 'b');
    utimesSync(at('p.yaml'), 1_700_000_000, 1_700_000_000);
    look(file, 2);
    utimesSync(at('next'), 1_700_000_000, 1_700_000_000);
    renameSync(at('next'), at('p.yaml'));

    expect(look(file, 2)).toBe('b');
  });

  it('says nothing of a file that was touched and not changed', () => {
    write('p.yaml', 'a');
    const file = open();
    old('p.yaml', 5);

    expect(look(file, 4)).toBe('a');
    expect(told).toEqual([]);
  });

  it('is read once more when it changed just before it was read, since its time may not tell', () => {
    write('p.yaml', 'a', { age: 0 });
    const file = open();
    const time = Date.now() / 1_000;
    utimesSync(at('p.yaml'), time, time);
    writeFileSync(at('p.yaml'), 'name: p\nrules:\n  denied_tools: [b]\n');
    utimesSync(at('p.yaml'), time, time);

    expect(look(file, 2)).toBe('b');
  });

  it('is followed when the link that led to it leads elsewhere', () => {
    write('v1.yaml', 'a');
    write('v2.yaml', 'b');
    symlinkSync('v1.yaml', at('p.yaml'));
    const file = open();
    unlinkSync(at('p.yaml'));
    symlinkSync('v2.yaml', at('p.yaml'));

    expect(look(file, 2)).toBe('b');
  });

  it('is followed when the folder that led to it is exchanged, parents included', () => {
    for (const [version, denied] of [['one', 'a'], ['two', 'b']] as const) {
      mkdirSync(at(version));
      write(`${version}/base.yaml`, denied);
      write(`${version}/p.yaml`, 'x', { parents: 'base.yaml' });
    }
    symlinkSync('one', at('current'));
    const file = open(1_000, 'current/p.yaml');
    symlinkSync('two', at('next'));
    renameSync(at('next'), at('current'));

    expect(look(file, 2)).toBe('b x');
  });

  it('is followed when the link to a parent leads elsewhere', () => {
    write('v1.yaml', 'a');
    write('v2.yaml', 'b');
    symlinkSync('v1.yaml', at('base.yaml'));
    write('p.yaml', 'x', { parents: 'base.yaml' });
    const file = open();
    symlinkSync('v2.yaml', at('next'));
    renameSync(at('next'), at('base.yaml'));

    expect(look(file, 2)).toBe('b x');
  });

  it('recovers when what was missing appears beside it', () => {
    write('p.yaml', 'a');
    const file = open();
    write('p.yaml', 'x', { age: 50, parents: 'base.yaml' });
    expect(look(file, 4)).toBe('a');
    write('base.yaml', 'b');

    expect(look(file, 40)).toBe('b x');
    expect(kinds()).toEqual(['kept', 'swapped']);
  });

  it('keeps the rules that held, and tells it, when loading fails in a way that nobody foresaw', () => {
    write('p.yaml', 'a');
    const file = open();
    write('p.yaml', 'b', { age: 50 });
    const load = jest.spyOn(Policy, 'fromFile').mockImplementation(() => {
      throw new RangeError('unforeseen');
    });

    expect(look(file, 30)).toBe('a');
    load.mockRestore();
    expect(told).toEqual([expect.objectContaining({ kind: 'kept', error: expect.any(PolicyError) })]);
    expect(look(file, 10)).toBe('b');
  });

  it('stays the file of the start when the process goes elsewhere', () => {
    const home = process.cwd();
    write('p.yaml', 'a');
    mkdirSync(at('elsewhere'));
    write('elsewhere/p.yaml', 'nothing');
    try {
      process.chdir(folder);
      const file = new PolicyFile('p.yaml', 1_000, now, (reload) => void told.push(reload));
      process.chdir('elsewhere');
      expect(look(file, 4)).toBe('a');
      write('p.yaml', 'b', { age: 50 });
      expect(look(file, 2)).toBe('b');
    } finally {
      process.chdir(home);
    }
  });

  it('is refused at first when it does not load', () => {
    expect(() => open()).toThrow(PolicyError);
  });
});
