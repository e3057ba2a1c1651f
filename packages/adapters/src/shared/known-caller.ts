import type { Caller } from '@enforcecore/core';
import { askCaller } from './asked-caller.js';
import { joined } from './gate.js';
import { recordUnmade, type CallSiteOptions } from './unmade-call.js';

export interface AskingOptions<Context> extends CallSiteOptions {
  readonly caller?: Caller;
  readonly callerOf?: (context: Context) => Caller;
}

/**
 * Who makes a call: first what the application's `callerOf` says, then what the framework tells, then `caller`. A call for
 * which `callerOf` fails is not made, and recorded as blocked.
 *
 * @throws SettingsError without its cause, whose text may hold anything
 */
export async function knownCaller<Context>(tool: string, input: unknown, seen: Caller, context: Context, options: AskingOptions<Context>): Promise<Caller> {
  const { caller: own, callerOf } = options;
  const { caller: asked, refused } = askCaller(callerOf && (() => callerOf(context)));
  const caller = joined(joined(own, seen), asked);
  if (refused === undefined) return caller;
  await recordUnmade(tool, input, caller, options, refused);
  throw refused;
}
