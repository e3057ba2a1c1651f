import { makeCall, Policy, YamlPolicyEngine } from '@enforcecore/core';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareBlocks } from './compare-blocks.js';
import { comparePolicies } from './compare-policies.js';
import { compareTools } from './compare-tools.js';

const patterns = ['a', 'ab', 'a*', '*b'];
const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const small = fc.integer({ min: 0, max: 3 });
const argument = fc
  .record({ required: some(fc.boolean()), max: some(small), min: some(small), allowed: some(fc.array(small, { minLength: 1, maxLength: 2 })), denied: some(fc.array(small, { maxLength: 2 })), type: some(fc.constantFrom('number', 'string')), action: some(fc.constantFrom('log', 'block')) })
  .map(dense);
const tool = fc
  .record({ args: fc.dictionary(fc.constantFrom('x', 'y'), argument, { maxKeys: 2 }), extra_args: some(fc.constantFrom('allow', 'deny')), when: some(fc.constantFrom('tool == "a"', 'agent == "ann"')), on_violation: some(fc.constantFrom('log', 'block')) })
  .map(dense);
const document = fc
  .record({
    on_violation: fc.constantFrom('block', 'block', 'log'),
    rules: fc
      .record({
        allowed_tools: some(fc.array(fc.constantFrom(...patterns), { maxLength: 3 })),
        denied_tools: fc.array(fc.constantFrom(...patterns), { maxLength: 1 }),
        tools: fc.dictionary(fc.constantFrom(...patterns), tool, { maxKeys: 2 }),
        context: some(fc.dictionary(fc.constantFrom('agent', 'tenant'), fc.array(fc.constantFrom('ann', 'bob'), { minLength: 1, maxLength: 2 }), { maxKeys: 1 })),
        content_rules: some(fc.record({ block_patterns: fc.array(fc.constantFrom('sql_injection', 'path_traversal'), { minLength: 1, maxLength: 1 }) })),
        network: some(fc.record({ allowed_domains: fc.array(fc.constantFrom('a.com', '*.a.com'), { maxLength: 2 }) })),
      })
      .map(dense),
  })
  .map((rest) => ({ name: 'x', ...rest }));
const call = fc.record({
  tool: fc.constantFrom('a', 'ab', 'b', 'c'),
  agent: fc.constantFrom('ann', 'bob'),
  args: fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.oneof(small, fc.constantFrom('t', 'https://x.a.com', '../../etc/passwd')), { maxKeys: 2 }),
});

function dense(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/** The first document with one thing from the second: where much changes, something is looser anyway. */
function blend(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>, steps: readonly string[]): Readonly<Record<string, unknown>> {
  const [step, ...rest] = steps;
  if (step === undefined || !Object.hasOwn(other, step)) return one;
  const [mine, theirs] = [one[step], other[step]];
  const deeper = rest.length > 0 && isRecord(mine) && isRecord(theirs);
  return { ...one, [step]: deeper ? blend(mine, theirs, rest) : theirs };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const rule = ['allowed_tools', 'denied_tools', 'context', 'content_rules', 'network'].map((key) => ['rules', key]);
const steps = fc.oneof(
  fc.constantFrom<readonly string[]>(['on_violation'], ...rule),
  fc.tuple(fc.constantFrom(...patterns), fc.constantFrom('when', 'extra_args', 'on_violation', 'args')).map(([name, key]) => ['rules', 'tools', name, key]),
  fc.tuple(fc.constantFrom(...patterns), fc.constantFrom('x', 'y'), fc.constantFrom('required', 'max', 'min', 'allowed', 'denied', 'type', 'action')).map(([name, path, key]) => ['rules', 'tools', name, 'args', path, key]),
);

function load(text: object): Policy | undefined {
  try {
    return Policy.from(text);
  } catch {
    return undefined; // rules that contradict each other are refused at load
  }
}

it('tells of something looser or different whenever a call becomes allowed', () => {
  const engine = new YamlPolicyEngine();
  let compared = 0;
  fc.assert(
    fc.property(document, document, steps, fc.boolean(), fc.array(call, { minLength: 12, maxLength: 12 }), (one, other, way, back, calls) => {
      const pair = [load(one), load(blend(one, other, way))];
      const [before, after] = back ? pair.reverse() : pair;
      if (before === undefined || after === undefined) return;
      const decided = calls.map(({ tool: name, agent, args }) => [before, after].map((policy) => engine.decide(makeCall(policy, { tool: name, agent, args: [args] }), policy).decision));
      if (!decided.some(([was, is]) => was === 'blocked' && is === 'allowed')) return;
      compared += 1;

      const told = [...compareTools(before, after), ...comparePolicies(before, after), ...compareBlocks(before, after)].map(({ effect }) => effect);
      expect(told.some((effect) => effect !== 'tighter')).toBe(true);
    }),
    { numRuns: 1000 },
  );
  expect(compared).toBeGreaterThan(30);
});
