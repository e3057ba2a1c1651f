import type * as MastraTools from '@mastra/core/tools';
import { EnforceCoreError } from '@enforcecore/core';
import { isDeepStrictEqual } from 'node:util';
import { requirePackage } from '../shared/require-package.js';
import { shownSchema } from '../shared/shown-schema.js';
import type { MastraContext } from './mastra-options.js';

/** By which Mastra knows the tools of `createTool`, also those of another copy of it. They read their arguments by their schema when they are run. */
const marker = Symbol.for('mastra.core.tool.Tool');

export function readsItsInput(tool: object): tool is { readonly inputSchema: unknown } {
  return marker in tool && 'inputSchema' in tool && tool.inputSchema !== undefined;
}

/** What a tool makes of its arguments; or what Mastra says is wrong with them. */
export type ReadInput = { readonly input: unknown } | { readonly problem: unknown };

/**
 * Reads arguments as the tool would: by Mastra itself, so that what it does besides the schema (values left out, JSON in
 * texts, arguments that were read already, a run that goes on) stays the same.
 *
 * @throws EnforceCoreError `NOT_ENFORCED` where a tool could not be kept from reading them again, after they were judged
 */
export async function readInput(tool: { readonly inputSchema: unknown; readonly id?: string | undefined }, input: unknown, context: MastraContext): Promise<ReadInput> {
  const mastra = (await requirePackage('@mastra/core/tools', '@enforcecore/adapters/mastra')) as typeof MastraTools; // the package of this name
  await checkUnread(mastra);
  const reader = mastra.createTool({ id: tool.id ?? 'tool', description: 'reads', inputSchema: tool.inputSchema as never, execute: async (read: unknown) => Promise.resolve(new Read(read)) }); // the tool's own schema, whatever it is
  const result: unknown = await run(reader, input, context);
  return result instanceof Read ? { input: result.input } : { problem: result };
}

/**
 * Keeps a tool from reading its arguments a second time: it does not where a run goes on. It asks for that first, and later
 * looks again for what the run goes on with, which is nothing.
 */
export function unread(context: MastraContext): MastraContext {
  let isAsked = false;
  Object.defineProperty(context, 'resumeData', {
    enumerable: true,
    configurable: true,
    get: () => {
      if (isAsked) return undefined;
      isAsked = true;
      return true;
    },
  });
  return context;
}

class Read {
  readonly input: unknown;

  constructor(input: unknown) {
    this.input = input;
  }
}

type CreateTool = typeof MastraTools.createTool;

const checked = new WeakMap<CreateTool, Promise<boolean>>();

/** Another version may ask in another order, which would go unseen. */
async function checkUnread({ createTool }: typeof MastraTools): Promise<void> {
  const known = checked.get(createTool) ?? isLeftUnread(createTool);
  checked.set(createTool, known);
  if (await known) return;
  throw new EnforceCoreError('NOT_ENFORCED', 'this version of @mastra/core changes the arguments of a tool after they were judged; @enforcecore/adapters/mastra knows ^1.71.0');
}

async function isLeftUnread(createTool: CreateTool): Promise<boolean> {
  const other = shownSchema({});
  const changing = { '~standard': { ...other['~standard'], validate: () => ({ value: 'changed' }) } };
  const probe = createTool({ id: 'probe', description: 'probe', inputSchema: changing, execute: async (input: unknown, context: { readonly resumeData?: unknown }) => Promise.resolve({ input, goesOn: context.resumeData }) });
  const seen: unknown = await run(probe, 'given', unread({}));
  return isDeepStrictEqual(seen, { input: 'given', goesOn: undefined });
}

function run(tool: { readonly execute?: unknown }, input: unknown, context: MastraContext): unknown {
  return (tool.execute as (input: unknown, context: MastraContext) => unknown)(input, context); // it was made with one
}
