import { describe, expect, it } from '@jest/globals';
import { makeCall, Policy, YamlPolicyEngine, type DecisionState } from '../../src/index.js';

const engine = new YamlPolicyEngine();

/** Counts how often a condition is asked: each reads the time once. */
class CountingState implements DecisionState {
  asked = 0;
  readonly environment = undefined;
  readonly env = {};
  readonly session = { id: undefined };

  get nowMs(): number {
    this.asked += 1;
    return 0;
  }
}

function many(n: number): Policy {
  const names = Array.from({ length: n }, (_, i) => String(i));
  const tenth = names.filter((_name, i) => i % 10 === 0);
  return Policy.from({
    name: 'p',
    rules: {
      allowed_tools: names.flatMap((i) => [`tool_${i}`, `group_${i}_*`]),
      denied_tools: names.map((i) => `*_bad_${i}`),
      tools: Object.fromEntries(tenth.map((i) => [`tool_${i}`, { when: 'tool != "x"', args: { n: { max: 3, when: 'value < 9' } } }])),
      rate_limits: { per_tool: Object.fromEntries(tenth.map((i) => [`group_${i}_*`, { max_calls: 3 }])) },
    },
  });
}

describe('large policies', () => {
  const large = many(10_000);

  it('10,000 tools with patterns and 1,000 blocks load', () => {
    const before = performance.now();
    many(10_000);

    expect(performance.now() - before).toBeLessThan(10_000); // a bound against hanging, not a measurement
  });

  it('say of each tool what they say of it', () => {
    for (const [tool, decision] of [['tool_70', 'allowed'], ['tool_71', 'allowed'], ['group_9_x', 'allowed'], ['tool_x', 'blocked'], ['group_1_bad_7', 'blocked']] as const) {
      expect(engine.decide(makeCall(large, { tool, args: [{ n: 1 }] }), large).decision).toBe(decision);
    }
    expect(engine.decide(makeCall(large, { tool: 'tool_70', args: [{ n: 4 }] }), large).decision).toBe('blocked');
    expect(large.rateFor('group_10_x')).toMatchObject({ rule: { maxCalls: 3 } });
  });

  it('ask a tool’s own rules and no others, however many there are', () => {
    const asked = [many(10), large].map((policy) => {
      const state = new CountingState();
      engine.decide(makeCall(policy, { tool: 'tool_0', args: [{ n: 1 }] }), policy, state);
      return state.asked;
    });

    expect(asked).toEqual([2, 2]);
  });

  it('put the rules of a tool together once', () => {
    expect(large.rulesFor('tool_70')).toBe(large.rulesFor('tool_70'));
  });

  it('remember no more tools than they may', () => {
    const first = large.rulesFor('tool_1');
    for (let i = 0; i < 5_000; i += 1) large.rulesFor(`unknown_${String(i)}`);

    expect(large.rulesFor('tool_1').verdict).toEqual(first.verdict);
  });
});
