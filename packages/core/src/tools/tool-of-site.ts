import type { Caller } from '../call.js';
import { canonicalToolName } from '../policy/tool-name.js';
import type { ToolDeclaration } from './declaration.js';
import type { EnforcedSite } from './enforced-site.js';
import type { EnforcedTool } from './enforced-tool.js';

/** A stream, whoever yields. */
async function* waiting(items: Iterable<unknown>): AsyncGenerator {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

/** A tool that calls what is enforced; `self` is the instance that it belongs to. */
export function toolOfSite(site: EnforcedSite, { description, hints, input }: ToolDeclaration, self: unknown): EnforcedTool {
  const streams = site.kind === 'generator' || site.kind === 'async_generator';
  return Object.freeze({
    name: canonicalToolName(site.tool),
    description,
    inputSchema: input.schema,
    hints,
    streams,
    async call(given: unknown, caller?: Caller) {
      const value = await site.call(self, [given], caller);
      return site.kind === 'generator' ? waiting(value as Iterable<unknown>) : value; // a generator's call gives one
    },
  });
}
