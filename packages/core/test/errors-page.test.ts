import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import * as core from '../src/index.js';

const page = readFileSync(new URL('../../../docs/reference/errors.md', import.meta.url), 'utf8');
const source = readFileSync(new URL('../src/errors.ts', import.meta.url), 'utf8');
const [, classes = '', codes = ''] = page.split(/^## /m);

const firstCells = (table: string): string[] => [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, cell = '']) => cell);

describe('docs/reference/errors.md', () => {
  it('lists every code that an error can carry, and no other', () => {
    const union = /export type ErrorCode =([^;]+);/.exec(source)?.[1] ?? '';
    const inCode = [...union.matchAll(/'(\w+)'/g)].map(([, code = '']) => code);

    expect(firstCells(codes).sort()).toEqual(inCode.sort());
  });

  it('lists every error class with what it extends', () => {
    const exported = Object.entries(core)
      .filter((entry): entry is [string, typeof core.EnforceCoreError] => typeof entry[1] === 'function' && (entry[0] === 'EnforceCoreError' || entry[1].prototype instanceof core.EnforceCoreError))
      .map(([name, type]) => `${name} < ${(Object.getPrototypeOf(type) as { name: string }).name}`);
    const listed = [...classes.matchAll(/^\| `(\w+)` \| `(\w+)` \|/gm)].map(([, name = '', parent = '']) => `${name} < ${parent}`);

    expect(listed.sort()).toEqual(exported.sort());
  });
});
