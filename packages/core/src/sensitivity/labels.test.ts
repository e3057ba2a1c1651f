import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PolicyError } from '../errors.js';
import { sensitivityLevel, SensitivityLabel } from './labels.js';

describe('sensitivityLevel', () => {
  it('ranks the four levels', () => {
    const ranks = [SensitivityLabel.PUBLIC, SensitivityLabel.INTERNAL, SensitivityLabel.CONFIDENTIAL, SensitivityLabel.RESTRICTED].map(sensitivityLevel);

    expect(ranks).toEqual([0, 1, 2, 3]);
  });

  it('knows the other words for them, in any case', () => {
    expect(['low', 'Medium', 'HIGH', ' critical '].map(sensitivityLevel)).toEqual([0, 1, 2, 3]);
  });

  it.each(['', 'secret', '__proto__', 'constructor', 'toString', 'ｈｉｇｈ', 'high\u0000', 'hi\u200bgh', '\ud800', 'x'.repeat(10_000_000)])(
    'refuses an unknown word without repeating it (%#)',
    (word) => {
      expect(() => sensitivityLevel(word)).toThrow(expect.objectContaining({ code: 'POLICY_INVALID', message: expect.not.stringContaining(word || '\0') }));
    },
  );

  it('refuses every other value with a typed error', () => {
    fc.assert(
      fc.property(fc.anything({ withProxy: true } as object), (value) => {
        fc.pre(typeof value !== 'string');

        expect(() => sensitivityLevel(value as string)).toThrow(PolicyError);
      }),
    );
  });

  it('is frozen', () => {
    expect(Object.isFrozen(SensitivityLabel)).toBe(true);
  });
});
