import { AsyncServiceError, AuditError, type EnforceCoreError } from '../errors.js';
import type { Walk } from '../pipeline/walk.js';

/** What a call ends with whose intent or entry was not written. Our own errors name no argument, so their words are passed on. */
export function notWritten(walk: Walk, cause: unknown, message: string): EnforceCoreError {
  if (cause instanceof AsyncServiceError) return cause;
  const why = cause instanceof AuditError ? `: ${cause.message}` : '';
  return new AuditError(message + why, { toolName: walk.tool, policyName: walk.policy.name, cause });
}
