import { describe, expect, it } from '@jest/globals';
import { YamlPolicyEngine } from './policy-engine.js';
import { Policy } from './policy.js';
import { sampleCall } from '../testing/laws.js';

const engine = new YamlPolicyEngine();

describe('YamlPolicyEngine', () => {
  it('lists every rule that fired, in the order of the document', () => {
    const policy = Policy.from({ name: 'p', rules: { denied_tools: ['x', 'shell', 'sh*'], allowed_tools: ['search'] } });

    expect(engine.decide(sampleCall('shell'), policy)).toEqual({
      decision: 'blocked',
      violations: [
        { action: 'block', rule: 'rules.denied_tools[1]', type: 'tool_denied', reason: 'denied by rules.denied_tools[1] ("shell")' },
        { action: 'block', rule: 'rules.denied_tools[2]', type: 'tool_denied', reason: 'denied by rules.denied_tools[2] ("sh*")' },
        { action: 'block', rule: 'rules.allowed_tools', type: 'tool_not_allowed', reason: 'no entry of rules.allowed_tools allows it' },
      ],
    });
  });

  it('D-05: with on_violation: log allows the call and still lists what it broke', () => {
    const policy = Policy.from({ name: 'p', on_violation: 'log', rules: { denied_tools: ['shell'] } });

    const verdict = engine.decide(sampleCall('shell'), policy);

    expect(verdict.decision).toBe('allowed');
    expect(verdict.violations).toHaveLength(1);
  });

  it('blocks what is no tool name even where violations are only logged', () => {
    const policy = Policy.from({ name: 'p', on_violation: 'log' });

    expect(engine.decide(sampleCall('rm -rf'), policy).decision).toBe('blocked');
  });

  it('allocates nothing for an allowed call', () => {
    const policy = Policy.from({ name: 'p' });

    expect(engine.decide(sampleCall('a'), policy)).toBe(engine.decide(sampleCall('a'), policy));
  });

  it('gives verdicts that nobody can change', () => {
    const policy = Policy.from({ name: 'p', rules: { denied_tools: ['shell'] } });
    const verdict = engine.decide(sampleCall('shell'), policy);

    expect([verdict, verdict.violations, verdict.violations[0], engine.decide(sampleCall('a'), policy).violations].every(Object.isFrozen)).toBe(true);
  });
});
