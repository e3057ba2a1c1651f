import { SettingsError, type Caller, type EnforceCoreError } from '@enforcecore/core';

/** Who makes a call, as the application's `callerOf` says, and why the call is refused where it says nothing. */
export interface AskedCaller {
  readonly caller: Caller;
  readonly refused: EnforceCoreError | undefined;
}

/** Asks the application on whose behalf a call is made. Never throws: the call is refused where it is enforced, with an entry. */
export function askCaller(callerOf: (() => Caller) | undefined): AskedCaller {
  if (callerOf === undefined) return { caller: {}, refused: undefined };
  try {
    const caller: unknown = callerOf();
    if (!isCaller(caller)) return unknownCaller('gave no object of a caller');
    const told = Object.entries(caller).filter(([, value]) => value !== undefined); // what it leaves open is said by others
    return { caller: Object.fromEntries(told), refused: undefined };
  } catch {
    return unknownCaller('threw'); // what it threw may hold anything, and a model would read it
  }
}

/** Makes a call on behalf of who was asked for; one whose caller nobody knows is recorded, and not made. */
export async function runAsked<T>({ caller, refused }: AskedCaller, run: (caller: Caller) => PromiseLike<T>): Promise<T> {
  if (refused === undefined) return run(caller);
  try {
    await run({ ...caller, signal: AbortSignal.abort(refused) });
  } catch {
    // It is recorded as cancelled; the reason is the one below.
  }
  throw refused;
}

function unknownCaller(what: string): AskedCaller {
  return { caller: {}, refused: new SettingsError(`callerOf ${what}, so nobody knows on whose behalf the call is; it has to give {} where it does not know`) };
}

/** A promise has none of a caller's fields: taken for one, it would be a caller without a tenant. */
function isCaller(value: unknown): value is Caller {
  return typeof value === 'object' && value !== null && !('then' in value);
}
