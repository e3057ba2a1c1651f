import type { Policy } from '../policy/policy.js';
import type { Unheld } from './unheld.js';

/** Limits of memory and processor time for tools that run inside the process, which nothing could hold them to (D-31). */
export function unheldInside(policy: Policy): readonly Unheld[] {
  if (policy.isMonitored) return [];
  const found: Unheld[] = [];
  const tell = (keys: readonly string[]): void => {
    found.push({ keys, message: 'tools that run inside the process cannot be held to it', expected: 'rules.sandbox with strategy: worker, process or bubblewrap, or the key left out' });
  };
  const { sandbox, maxMemoryMb } = policy.rules.general;
  const isInside = (sandbox?.level ?? 'inline') === 'inline';
  if (maxMemoryMb !== undefined && isInside) tell(['rules', 'resource_limits', 'max_memory_mb']);
  if (!isInside) return found;
  for (const { pattern, sandbox: own } of policy.rules.blocks) {
    if (own?.level !== 'inline') continue;
    if (own.maxMemoryMb !== undefined) tell(['rules', 'tools', pattern, 'sandbox', 'max_memory_mb']);
    if (own.maxCpuMs !== undefined) tell(['rules', 'tools', pattern, 'sandbox', 'max_cpu_seconds']);
  }
  return found;
}
