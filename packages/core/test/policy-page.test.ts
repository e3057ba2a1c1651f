import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { knownPiiCategories } from '../src/policy/policy-checks.js';
import { policyShape, type MapShape, type PolicyShape } from '../src/policy/policy-shape.js';

const page = readFileSync(new URL('../../../docs/reference/policy.md', import.meta.url), 'utf8');

const section = (title: string): string => page.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
const firstCells = (text: string): string[] => [...text.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) => cell.split(', ')).map((key) => key.replaceAll('`', ''));

/** What `found` says of every map of keys in a shape, with the path of each. */
function everyMap(shape: PolicyShape, path: string, found: (map: MapShape, path: string) => readonly string[]): string[] {
  if (shape.kind === 'tools') return everyMap(shape.each, `${path}.<tool>`, found);
  if (shape.kind !== 'map') return [];
  const below = Object.entries(shape.keys).flatMap(([key, inner]) => everyMap(inner, join(path, key), found));
  return [...found(shape, path), ...below];
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

describe('docs/reference/policy.md', () => {
  it('lists every key that a policy may have, and no other', () => {
    const inCode = everyMap(policyShape, '', ({ keys }, path) => Object.keys(keys).map((key) => join(path, key)));

    expect(firstCells(section('Keys')).sort()).toEqual(inCode.sort());
  });

  it('lists every other spelling of a key, and no other', () => {
    const inCode = everyMap(policyShape, '', ({ aliases = {} }, path) => Object.keys(aliases).map((key) => join(path, key)));

    expect(firstCells(section('Other spellings')).sort()).toEqual(inCode.sort());
  });

  it('lists every key that is refused because nothing enforces it, and no other', () => {
    const inCode = everyMap(policyShape, '', ({ unenforced = {} }, path) => Object.keys(unenforced).map((key) => join(path, key)));

    expect(firstCells(section('Refused keys')).sort()).toEqual(inCode.sort());
  });

  it('lists the categories of personal data in their order', () => {
    const row = section('Keys').split('\n').find((line) => line.startsWith('| `rules.pii_redaction.categories`')) ?? '';

    expect([...(row.split('|')[2] ?? '').matchAll(/`(\w+)`/g)].map(([, category]) => category)).toEqual(knownPiiCategories);
  });
});
