import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { valueOf } from './case-node.js';
import { CaseYamlFault, readCaseYaml } from './case-yaml.js';

describe('readCaseYaml', () => {
  it('keeps every value and its place', () => {
    const node = readCaseYaml('\ufeffa: 1\r\nb:\r\n  - "x"\r\n  - { c: null }\r\n');

    expect(valueOf(node)).toEqual({ a: 1, b: ['x', { c: null }] });
    expect(node.kind === 'map' ? node.entries.get('b')?.node : undefined).toMatchObject({
      kind: 'list',
      items: [{ place: { line: 3, column: 5 } }, { place: { line: 4, column: 5 } }],
    });
  });

  it('makes __proto__ an ordinary key', () => {
    const value = valueOf(readCaseYaml('__proto__: { polluted: 1 }'));

    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('reads any JSON as what it is', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4, stringUnit: 'grapheme' }), (json) => {
        expect(valueOf(readCaseYaml(json))).toEqual(JSON.parse(json));
      }),
    );
  });

  it('ends in a value or in a fault for any text', () => {
    const words = fc.constantFrom('a: ', '- ', '*a', '&a ', '!!set ', '? ', '[', ']', '{', '}', '\n', '  ', '"', "'", '|', '---\n', ', ', 'x', '!!map ', '<<: ', '#', '%');
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(words).map((parts) => parts.join(''))), (text) => {
        try {
          valueOf(readCaseYaml(text));
        } catch (error) {
          expect(error).toBeInstanceOf(CaseYamlFault);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a list of a million items', `[${'1,'.repeat(1_000_000)}]`],
    ['a text of four megabytes', 'x'.repeat(4_000_000)],
    ['brackets that never end', '['.repeat(1_000_000)],
    ['a million spaces of indentation', `a:\n${' '.repeat(1_000_000)}b`],
  ])('reads or refuses %s in seconds', (_, text) => {
    const startedAt = performance.now();
    try {
      readCaseYaml(text);
    } catch (error) {
      expect(error).toBeInstanceOf(CaseYamlFault);
    }

    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
