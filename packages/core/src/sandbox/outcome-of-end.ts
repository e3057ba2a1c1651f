import type { Outcome } from '../pipeline/outcome.js';
import type { Walk } from '../pipeline/walk.js';
import type { Child, ChildEnd } from './launcher.js';
import { SandboxError, SandboxMemoryError, SandboxTimeoutError, SandboxViolationError } from './sandbox-errors.js';
import type { SandboxRules } from './sandbox-rules.js';

/** What came of a call whose child ended before it answered (D-37): a typed error, whatever ended it. */
export function outcomeOfEnd(walk: Walk, end: ChildEnd, rules: SandboxRules, child: Pick<Child, 'output'>): Outcome {
  const context = { toolName: walk.tool, policyName: walk.policy.name };
  switch (end.reason) {
    case 'memory': {
      const limitMb = rules.maxMemoryMb ?? 0;
      const limit = rules.maxMemoryMb === undefined ? 'the memory that its sandbox has' : `${String(limitMb)} MB of memory`;
      return { kind: 'enforcement_error', error: new SandboxMemoryError({ ...context, limitMb, reason: `it used more than ${limit} and was ended` }) };
    }
    case 'cpu': {
      const limitSeconds = (rules.maxCpuMs ?? 0) / 1_000;
      const reason = `it used more than ${String(limitSeconds)} s of processor time and was ended`;
      return { kind: 'timeout_killed', error: new SandboxTimeoutError({ ...context, limitSeconds, reason }) };
    }
    case 'garbage':
      return { kind: 'enforcement_error', error: new SandboxViolationError({ ...context, reason: 'it sent what no tool sends, and was ended' }) };
    case 'exit':
    case 'killed':
    case 'start':
      return { kind: 'enforcement_error', error: new SandboxError(`the sandbox of "${walk.tool}" ended before the tool had answered: ${end.detail}`, { ...context, child }) };
  }
}
