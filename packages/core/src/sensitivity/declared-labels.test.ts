import { describe, expect, it } from '@jest/globals';
import { labelsForCall, labelsOfOptions } from './call-labels.js';
import { anyFieldDeclared, anyLabelDeclared, declareField, declaredFields, declareParameter, fieldGeneration } from './declared-labels.js';

describe('labels that the code declares', () => {
  // One claim after the other: what is declared stays so for the process.
  it('cost nothing before there are any', () => {
    const site = labelsOfOptions({ to: 'high' });
    const args = [new Proxy({}, { getPrototypeOf: () => { throw new Error('looked'); } })];

    expect(anyLabelDeclared()).toBe(false);
    expect(labelsForCall(site, args, () => undefined, true)).toBe(site);
  });

  it('keep arguments unread while only parameters have them', () => {
    declareParameter({}, 'send', 0, 3);
    const site = labelsOfOptions({ to: 'high' });
    const args = Object.defineProperty([], 0, { get: () => { throw new Error('read'); } });

    expect([anyLabelDeclared(), anyFieldDeclared()]).toEqual([true, false]);
    expect(labelsForCall(site, args, () => undefined, false)).toBe(site);
  });

  it('only rise, and say so', () => {
    const owner = {};
    declareField(owner, 'a', 2);
    const before = fieldGeneration();
    declareField(owner, 'a', 1);
    declareField(owner, 'a', 2);

    expect(fieldGeneration()).toBe(before);
    expect(declaredFields(owner)?.get('a')).toBe(2);
  });

  it('include public ones', () => {
    const owner = {};
    declareField(owner, 'a', 0);

    expect(declaredFields(owner)?.get('a')).toBe(0);
  });
});
