import { Policy, readToolPattern, ToolList } from '@enforcecore/core';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareTools } from './compare-tools.js';
import { subjectsOf } from './tool-subjects.js';

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '_', '*'), minLength: 1, maxLength: 6 });
const lists = fc.record({ allowed_tools: fc.option(fc.array(pattern, { maxLength: 4 }), { nil: undefined }), denied_tools: fc.array(pattern, { maxLength: 3 }) });
const names = fc.string({ unit: fc.constantFrom('a', 'b', '_', 'c'), minLength: 1, maxLength: 8 });

function policy(rules: { readonly allowed_tools: readonly string[] | undefined; readonly denied_tools: readonly string[] }): Policy {
  const { allowed_tools: allowed, denied_tools: denied } = rules;
  return Policy.from({ name: 'x', rules: { denied_tools: denied, ...(allowed === undefined ? {} : { allowed_tools: allowed }) } });
}

describe('subjectsOf', () => {
  it('stands for its patterns with a name that they all match', () => {
    fc.assert(
      fc.property(lists, lists, (one, other) => {
        for (const { patterns, sample } of subjectsOf(policy(one), policy(other))) {
          expect(readToolPattern(sample).fault).toBeUndefined();
          for (const glob of patterns) expect(new ToolList([glob]).matches(sample)).toHaveLength(1);
        }
      }),
    );
  });
});

describe('compareTools', () => {
  it('tells of a change whenever a name becomes allowed that two patterns at most decide', () => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 2 }), fc.array(pattern, { maxLength: 1 }), fc.array(pattern, { maxLength: 1 }), names, (allowed, denied, deniedAfter, name) => {
        const before = policy({ allowed_tools: allowed, denied_tools: denied });
        const after = policy({ allowed_tools: allowed, denied_tools: deniedAfter });
        const becomes = [before, after].map((one) => one.judgeTool(name).allowed);
        const shared = new ToolList([...allowed, ...denied, ...deniedAfter].filter((entry) => entry.includes('*'))).matches(name).length;
        if (shared > 2 || becomes[0] === becomes[1]) return;

        expect(compareTools(before, after).map(({ effect }) => effect)).toContain(becomes[1] === true ? 'looser' : 'tighter');
      }),
      { numRuns: 800 },
    );
  });
});
