import { types } from 'node:util';
import { AsyncServiceError } from '../errors.js';
import { isRecord } from '../tools/is-record.js';
import { ToolInputError } from '../tools/tool-input-error.js';
import type { ToolInput } from '../tools/tool-input.js';
import { takeSnapshot } from './snapshot.js';
import type { Walk } from './walk.js';

const nothing: Readonly<Record<string, never>> = Object.freeze({});

/**
 * The arguments as the tool's input reads them: transformed, checked, and copied once more, since what was made may be
 * reachable for whoever made it (L5). A promise where the check takes time.
 *
 * @param args a frozen copy
 * @throws ToolInputError
 */
export function readArguments(input: ToolInput, args: readonly unknown[], walk: Walk): readonly unknown[] | Promise<readonly unknown[]> {
  const given = onlyArgument(args, walk);
  const read = saying(walk, () => input.read(given));
  const copied = (value: unknown): readonly unknown[] => (value === given ? [given] : takeSnapshot([value], () => 'input', () => false));
  if (!types.isPromise(read)) return copied(read);
  return read.then(copied, (error: unknown) => saying(walk, () => { throw error; }));
}

/** A synchronous tool cannot wait for the check. */
export function refuseToRead(read: Promise<unknown>, { tool, policy }: Walk): never {
  // Its result can change nothing any more; unhandled, its rejection would end the process.
  read.catch(() => undefined);
  throw new AsyncServiceError(`the arguments of "${tool}" are checked by what answers with a promise, and a synchronous call cannot wait for it; make the tool async, or the check synchronous`, {
    toolName: tool,
    policyName: policy.name,
  });
}

/** A tool is called with one object, or with nothing, which is an empty one. */
function onlyArgument(args: readonly unknown[], walk: Walk): unknown {
  if (args.some((arg, i) => i > 0 && arg !== undefined)) return refuse(walk, 'must be one object with everything in it');
  const [given] = args;
  if (given === undefined) return nothing;
  return isRecord(given) ? given : refuse(walk, 'must be an object');
}

function refuse(walk: Walk, expected: string): never {
  throw new ToolInputError([{ path: '', expected }], { toolName: walk.tool, policyName: walk.policy.name });
}

/** A reader knows no tools; who is told of its refusal wants to know which. */
function saying<T>(walk: Walk, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw error instanceof ToolInputError ? error.of({ toolName: walk.tool, policyName: walk.policy.name }) : error;
  }
}
