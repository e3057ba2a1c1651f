import { executionAsyncId, executionAsyncResource } from 'node:async_hooks';

interface AsyncWrap {
  popAsyncContext(asyncId: number): boolean;
}

/**
 * Remembers the async context of the code that is about to be watched; the returned function puts it back.
 *
 * Stopped code leaves no scope: not the `AsyncLocalStorage.run` of other libraries, whose stores Node 20 and 22 keep on
 * the execution resource, and not the `AsyncResource` scopes it was in, which Node counts and ends the process over when
 * the count is wrong. There is no public way to leave a scope from outside; the binding is what Node itself recovers with.
 * Node 24 has it no more: there a stop inside an `AsyncResource` scope ends the process, with the intent on disk.
 */
export function rememberAsyncState(): () => void {
  const resource = executionAsyncResource() as Record<symbol, unknown>;
  const stores = Object.getOwnPropertySymbols(resource).map((key) => [key, resource[key]] as const);
  const id = executionAsyncId();
  return () => {
    leaveScopesAbove(id);
    const known = new Set(stores.map(([key]) => key));
    for (const key of Object.getOwnPropertySymbols(resource)) if (!known.has(key)) resource[key] = undefined;
    for (const [key, store] of stores) resource[key] = store;
  };
}

function leaveScopesAbove(id: number): void {
  if (executionAsyncId() === id) return;
  const wrap = asyncWrap();
  // Bounded: a stack that does not come down is left as it is rather than turned over for ever.
  for (let i = 0; i < 10_000 && executionAsyncId() !== id; i += 1) wrap?.popAsyncContext(executionAsyncId());
}

function asyncWrap(): AsyncWrap | undefined {
  const quiet = process.noDeprecation;
  try {
    process.noDeprecation = true;
    return (process as unknown as { binding(name: string): AsyncWrap }).binding('async_wrap'); // not in the typings
  } catch {
    // Node 24 and later: the stores are put back all the same.
    return undefined;
  } finally {
    process.noDeprecation = quiet ?? false;
  }
}
