import { describe, expect, it } from '@jest/globals';
import { canonicalJson, policyDigest } from './policy-digest.js';

describe('canonicalJson', () => {
  it('sorts keys at every level and leaves the order of lists', () => {
    expect(canonicalJson({ b: [2, 1, { d: null, c: true }], a: '\u20ac"' })).toBe('{"a":"\u20ac\\"","b":[2,1,{"c":true,"d":null}]}');
  });
});

describe('policyDigest', () => {
  it('is pinned: trails compare it across versions', () => {
    expect(policyDigest({ name: 'p' }, [])).toBe('sha256:31e2f3d2ad3d094647f422e14f57bde021be93a1c9090868b0b02ec7a9fd7a74');
  });

  it('does not depend on the order of keys', () => {
    expect(policyDigest({ a: 1, b: 2 }, ['x'])).toBe(policyDigest({ b: 2, a: 1 }, ['x']));
  });

  it('changes with any file', () => {
    expect(policyDigest({ a: 1 }, ['x'])).not.toBe(policyDigest({ a: 1 }, ['y']));
  });
});
