import type { ErrorContext } from '../errors.js';
import { SandboxError, SandboxViolationError } from '../sandbox/sandbox-errors.js';
import type { Thrown } from './code-errors.js';

/** HOSTILE: everything here was written by the code. It is text of limited length, and it is read as JSON or not at all. */

const maxDepth = 100;
const maxThrownLength = 2000;

/**
 * The value of a result.
 *
 * @throws SandboxViolationError when it is too large, too deep, or names `__proto__`, which would change the prototype
 * of whatever a careless program copies it into; SandboxError when it is no JSON.
 */
export function readResult(json: string | undefined, maxBytes: number, context: ErrorContext): unknown {
  if (json === undefined) return undefined;
  const refuse = (what: string): never => {
    throw new SandboxViolationError({ ...context, reason: `the result ${what}` });
  };
  if (Buffer.byteLength(json) > maxBytes) refuse(`is larger than ${String(maxBytes)} bytes`);
  if (depthOf(json) > maxDepth) refuse(`is nested deeper than ${String(maxDepth)} levels`);
  const value = parsed(json);
  if (json.includes('__proto__') || json.includes('\\u')) refuseProto(value, refuse);
  return value;
}

/** The lines that were logged, as `logged` of the prelude writes them. */
export function readLogs(logged: string): { readonly logs: readonly string[]; readonly areLogsCut: boolean } {
  const lines = parsed(logged.slice(1));
  const logs = Array.isArray(lines) ? lines.filter((line) => typeof line === 'string') : [];
  return { logs, areLogsCut: logged.startsWith('1') };
}

export function readThrown(text: string): Thrown {
  const thrown: unknown = text === '' ? undefined : parsed(text);
  const field = (name: string): string => {
    const value: unknown = typeof thrown === 'object' && thrown !== null && Object.hasOwn(thrown, name) ? Reflect.get(thrown, name) : '';
    return typeof value === 'string' ? value.slice(0, maxThrownLength) : '';
  };
  return { name: field('name'), message: field('message'), stack: field('stack') };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new SandboxError('what came out of the interpreter is not JSON', { cause });
  }
}

/** How deep arrays and objects are nested in a JSON text, without reading it. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let i = 0; i < json.length; i++) {
    const c = json[i];
    if (isInString) {
      if (c === '\\') i++;
      else if (c === '"') isInString = false;
    } else if (c === '"') isInString = true;
    else if (c === '[' || c === '{') deepest = Math.max(deepest, ++depth);
    else if (c === ']' || c === '}') depth--;
  }
  return deepest;
}

/** Recursive: the depth is limited by then. */
function refuseProto(value: unknown, refuse: (what: string) => never): void {
  if (typeof value !== 'object' || value === null) return;
  if (Object.hasOwn(value, '__proto__')) refuse('has a key named __proto__');
  for (const item of Object.values(value)) refuseProto(item, refuse);
}
