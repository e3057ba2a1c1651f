import type { Unheld } from '../pipeline/unheld.js';
import type { Policy } from '../policy/policy.js';
import type { SandboxLevel } from './level.js';

/** Walls that a policy asks for and this executor cannot build, whatever the machine. */
export function unheldBehind(policy: Policy, levels: readonly SandboxLevel[]): readonly Unheld[] {
  const found: Unheld[] = [];
  const check = (level: SandboxLevel | undefined, keys: readonly string[]): void => {
    if (level === undefined || levels.includes(level)) return;
    found.push({ keys, message: `the executor of this container has no level "${level}"`, expected: `one of: ${levels.join(', ')}` });
  };
  const { general, blocks } = policy.rules;
  check(general.sandbox?.level, ['rules', 'sandbox', 'strategy']);
  for (const { pattern, sandbox } of blocks) check(sandbox?.level, ['rules', 'tools', pattern, 'sandbox', 'strategy']);
  return found;
}
