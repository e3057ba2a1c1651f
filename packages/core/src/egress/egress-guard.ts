import { syncBuiltinESMExports } from 'node:module';
import { currentFrame, type Frame } from '../call.js';
import { FrameScope, type EgressScope } from './egress-scope.js';
import { hookDgram } from './hook-dgram.js';
import { hookDns } from './hook-dns.js';
import { hookHttp, hookHttp2 } from './hook-http.js';
import { hookNet } from './hook-net.js';
import { hookProcesses } from './hook-processes.js';
import { hookUndici } from './hook-undici.js';
import { announce } from './hooks.js';

/**
 * Sets the hooks that hold tools to their network rules: once for the process, and for good. Code in no enforced call, and in one without such
 * rules, goes on as before.
 */
export function installEgressGuard(): void {
  if (!announce(scopeHere)) return;
  hookNet();
  hookHttp();
  hookHttp2();
  hookUndici();
  hookDns();
  hookDgram();
  hookProcesses();
  // `import { lookup } from 'node:dns'` is a binding of its own.
  syncBuiltinESMExports();
}

/** One for each frame: hooks ask for it many times. */
const scopes = new WeakMap<Frame, FrameScope>();

function scopeHere(): EgressScope | undefined {
  const frame = currentFrame();
  const rules = frame?.egress;
  if (frame === undefined || rules === undefined) return undefined;
  const known = scopes.get(frame);
  if (known !== undefined) return known;
  const scope = new FrameScope(frame, rules);
  scopes.set(frame, scope);
  return scope;
}
