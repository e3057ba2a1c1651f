import { describe, expect, it } from '@jest/globals';
import * as audit from './index.js';

describe('@enforcecore/audit', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(audit).sort()).toEqual([
      'CallbackWitness', 'FileWitness', 'Trail', 'TrailError', 'loadTrail', 'openTrail', 'readTrail', 'verifyTrail',
    ]);
  });
});
