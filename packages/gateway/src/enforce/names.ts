import { canonicalToolName } from '@enforcecore/core';

/** As the protocol has it, with letters of any script. `:` is kept for what the gateway names itself, or a tool could pass for a resource. */
const toolNames = /^[\p{L}\p{M}\p{N}_.-]{1,128}$/u;

/** A tool's name in policies and in the trail; `undefined` for one that cannot be named there, and so is not offered. */
export function canonicalOf(prefix: string, name: string): string | undefined {
  if (!toolNames.test(name)) return undefined;
  try {
    return canonicalToolName(prefix + name);
  } catch {
    // Too long, or with characters that nobody sees.
    return undefined;
  }
}

/**
 * What a method is called in policies and in the trail: its own name with colons, behind the server's prefix.
 *
 * @throws InvalidToolNameError for a method that cannot be named so.
 */
export function operationName(prefix: string, method: string): string {
  return canonicalToolName(`${prefix}${method.replaceAll('/', ':')}`);
}
