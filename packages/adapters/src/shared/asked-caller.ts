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

/** Makes a call on behalf of who was asked for; one whose caller nobody knows is recorded as blocked, and not made. */
export async function runAsked<T>(asked: AskedCaller, run: (caller: Caller) => PromiseLike<T>): Promise<T> {
  return run(callerFrom(asked));
}

/** Labels of callers whom nobody knows. */
const unreadable = new WeakSet<object>();

/**
 * The caller as a call takes it. Where nobody knows the caller, the call ends where its labels are read: as blocked, in the
 * trail of whoever enforces it, with the error that says why.
 */
export function callerFrom({ caller, refused }: AskedCaller): Caller {
  if (refused === undefined) return caller;
  const throws = (): never => {
    throw refused;
  };
  const labels = Object.defineProperty({}, 'callerOf', { enumerable: true, get: throws }) as Readonly<Record<string, string>>; // whoever reads it gets no text but the error
  unreadable.add(labels);
  return { ...caller, labels };
}

/** Labels that add up with others only if somebody could read them. */
export function areUnreadable(labels: object): boolean {
  return unreadable.has(labels);
}

function unknownCaller(what: string): AskedCaller {
  return { caller: {}, refused: new SettingsError(`callerOf ${what}, so nobody knows on whose behalf the call is; it has to give {} where it does not know`) };
}

/** A promise has none of a caller's fields: taken for one, it would be a caller without a tenant. */
function isCaller(value: unknown): value is Caller {
  return typeof value === 'object' && value !== null && !('then' in value);
}
