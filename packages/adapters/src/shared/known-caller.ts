import type { Caller } from '@enforcecore/core';
import { askCaller, callerFrom } from './asked-caller.js';
import { joined } from './gate.js';

export interface AskingOptions<Context> {
  readonly caller?: Caller;
  readonly callerOf?: (context: Context) => Caller;
}

/**
 * Who makes a call: first what the application's `callerOf` says, then what the framework tells, then `caller`. A call for
 * which `callerOf` fails is refused where it is enforced, with an entry.
 */
export function knownCaller<Context>(seen: Caller, context: Context, { caller: own, callerOf }: AskingOptions<Context>): Caller {
  const { caller: asked, refused } = askCaller(callerOf && (() => callerOf(context)));
  return callerFrom({ caller: joined(joined(own, seen), asked), refused });
}
