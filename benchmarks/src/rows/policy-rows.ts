import { makeCall, Policy, YamlPolicyEngine, type Call, type Walk } from '@enforcecore/core';
import { inspectRoom } from '../internals.js';
import { mustHold, type Bench, type Row } from '../row.js';
import { cleanText, rotate } from '../texts.js';

/** Deciding about a call and looking at its result, without the walk around it. */
export const policyRows: readonly Row[] = [
  {
    name: 'policy_pre_call',
    about: 'decide() on one of 16 tools: allow list of 20, deny list of 3 with a glob',
    batch: 100,
    target: { p50: 0.5 },
    prepare: () => decisions(toolNames(20), ['execute_shell', 'delete_*', 'drop_table']),
  },
  {
    name: 'policy_post_call',
    about: 'the inspect room on a result of 130 characters: size limit of 1 MB',
    batch: 100,
    target: { p50: 1 },
    prepare: inspection,
  },
  ...[100, 1_000, 10_000].map(
    (size): Row => ({
      name: `policy_allowlist_${String(size)}`,
      about: `decide() on one of 16 tools spread over an allow list of ${String(size)}; names seen before`,
      batch: 100,
      target: { p50: 0.3 },
      prepare: () => decisions(toolNames(size)),
    }),
  ),
];

/** Every name asked for is new to the policy's memory of verdicts. */
export const coldAllowlistRow: Row = {
  name: 'policy_allowlist_cold',
  about: 'the same over a list of 20 000, every name in turn: more than the 16 384 that are remembered',
  batch: 100,
  prepare: () => {
    const names = toolNames(20_000);
    const policy = Policy.from({ name: 'cold', rules: { allowed_tools: names } });
    const calls = names.map((tool) => makeCall(policy, { tool }));
    const engine = new YamlPolicyEngine();
    // The index is within the array.
    return { kind: 'sync', run: (i) => engine.decide(calls[i % calls.length] as Call, policy) };
  },
};

function toolNames(size: number): string[] {
  return Array.from({ length: size }, (_, i) => `tool_${String(i)}.run`);
}

function decisions(allowed: readonly string[], denied: readonly string[] = []): Bench {
  const policy = Policy.from({ name: 'bench', rules: { allowed_tools: allowed, denied_tools: denied } });
  const engine = new YamlPolicyEngine();
  const step = Math.floor(allowed.length / 16);
  const call = rotate((n) => makeCall(policy, { tool: allowed[(n - 10) * step] ?? '' }));
  for (let i = 0; i < 16; i += 1) mustHold(engine.decide(call(i), policy).decision === 'allowed', 'every tool is allowed');
  mustHold(engine.decide(makeCall(policy, { tool: 'never_heard_of' }), policy).decision === 'blocked', 'an unknown tool is blocked');
  return { kind: 'sync', run: (i) => engine.decide(call(i), policy) };
}

/** The room alone: it needs of a walk only its outcome, and the noted violations when something is wrong. */
function inspection(): Bench {
  const policy = Policy.from({ name: 'bench', rules: { max_output_size_bytes: 1_048_576 } });
  // This room uses no service.
  const room = inspectRoom(policy, undefined as never);
  // See above: no other member is read for a result within the limit.
  const walk = rotate((n) => ({ policy, tool: 'search', outcome: { kind: 'ok', value: cleanText(n) }, violations: [] }) as unknown as Walk);
  mustHold(room?.leave !== undefined, 'a size limit gives the inspect room something to do');
  return { kind: 'sync', run: (i) => room?.leave?.(walk(i), false) };
}
