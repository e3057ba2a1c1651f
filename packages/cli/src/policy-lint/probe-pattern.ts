import { makeCall, Policy } from '@enforcecore/core';

/** Texts without anything in common. */
const samples = ['a', '7', '-', ' '];

/** Whether a content rule with this pattern fires on texts that have nothing in common, asked of the rules themselves. */
export function sameForEveryText(pattern: string): boolean {
  const probe = Policy.from({ name: 'probe', rules: { content_rules: { block_patterns: [{ name: 'probe', pattern }] } } });
  const rules = probe.rulesFor('probe');
  return samples.every((text) => {
    const call = makeCall(probe, { tool: 'probe', args: [text] });
    return rules.decide(call, { nowMs: 0, environment: undefined, env: {}, session: { id: undefined } }).decision === 'blocked';
  });
}
