import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';

describe('canonical JSON', () => {
  it('has the bytes that another implementation of RFC 8785 has', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const parsed: unknown = JSON.parse(JSON.stringify(value));

      expect(canonicalJson(parsed)).toBe(canonicalize(parsed));
    }), { numRuns: 300 });
  });

  it('sorts keys by UTF-16 code units, and takes __proto__ for a key', () => {
    const value: unknown = JSON.parse('{"\\ufb33":1,"\\ud83d\\ude00":2,"__proto__":{"b":1,"a":2},"1":3}');

    expect(canonicalJson(value)).toBe('{"1":3,"__proto__":{"a":2,"b":1},"\ud83d\ude00":2,"\ufb33":1}');
  });

  it('refuses what is nested too deeply with a typed error', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);

    expect(() => canonicalJson(deep)).toThrow(expect.objectContaining({ code: 'GATEWAY' }));
  });

  it.each([[() => 1], [Symbol('x')], [1n], [Number.NaN]])('refuses what is no JSON', (value) => {
    expect(() => canonicalJson({ value })).toThrow(expect.objectContaining({ code: 'GATEWAY' }));
  });
});
