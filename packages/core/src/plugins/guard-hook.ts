import { EnforceCoreError } from '../errors.js';
import type { Hook, PreCallContext } from '../hooks/hook-registry.js';
import { isThenable } from '../pipeline/thenable.js';
import type { GuardPlugin } from './plugin.js';

const longestReason = 500;

/** A hook, and what errors call it. */
export interface NamedHook {
  readonly name: string;
  readonly hook: Hook<'pre_call'>;
}

/** A guard as the room of guards calls it: what it refuses is a veto, and anything but a clear answer blocks too. */
export function guardHook(guard: GuardPlugin): NamedHook {
  const name = nameOf(guard);
  const hook: Hook<'pre_call'> = (context) => {
    const { answer, pending } = asked(guard, name, context);
    if (pending === undefined) return judge(answer, name, context);
    return pending.then(
      (settled: unknown) => judge(settled, name, context),
      (error: unknown) => {
        throw failed(name, context, error);
      },
    );
  };
  return { name, hook };
}

/** HOSTILE INPUT: what `then` does, being read or called, is the guard's own failure. */
function asked(guard: GuardPlugin, name: string, context: PreCallContext): { readonly answer: unknown; readonly pending: Promise<unknown> | undefined } {
  try {
    const answer: unknown = guard.check(context.call);
    return { answer, pending: isThenable(answer) ? Promise.resolve(answer) : undefined };
  } catch (error) {
    throw failed(name, context, error);
  }
}

function judge(answer: unknown, name: string, context: PreCallContext): void {
  const [allowed, reason] = read(answer, name, context);
  if (allowed === true) return;
  if (allowed !== false) throw unclear(name, context);
  const why = typeof reason === 'string' && reason.trim() !== '' ? `: ${reason.trim().slice(0, longestReason).toWellFormed()}` : ' refused it';
  context.veto(`${name}${why}`);
}

/** HOSTILE INPUT: each field is read once. */
function read(answer: unknown, name: string, context: PreCallContext): readonly [unknown, unknown] {
  if (typeof answer !== 'object' || answer === null) return [undefined, undefined];
  try {
    const { allowed, reason } = answer as { readonly allowed?: unknown; readonly reason?: unknown }; // an object, and both may be anything
    return [allowed, reason];
  } catch (error) {
    throw failed(name, context, error);
  }
}

function failed(name: string, { call }: PreCallContext, cause: unknown): EnforceCoreError {
  return new EnforceCoreError('PLUGIN', `${name} failed, so "${call.tool}" was blocked`, { toolName: call.tool, policyName: call.policyName, cause });
}

function unclear(name: string, { call }: PreCallContext): EnforceCoreError {
  return new EnforceCoreError('PLUGIN', `${name} must answer { allowed: true } or { allowed: false, reason }, so "${call.tool}" was blocked`, {
    toolName: call.tool,
    policyName: call.policyName,
  });
}

function nameOf({ name }: GuardPlugin): string {
  return typeof name === 'string' && name !== '' ? `the guard "${name}"` : 'a guard';
}
