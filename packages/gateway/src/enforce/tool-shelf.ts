import { ToolSchema } from '@modelcontextprotocol/core';
import type { PinnedParts } from '../pins/pin-store.js';
import { listPages } from '../upstream/list-pages.js';
import type { UpstreamLink } from '../upstream/upstream-link.js';
import { canonicalOf } from './names.js';
import { OfferedTool } from './offered-tool.js';
import { shownTool } from './shown-tool.js';

/** What one look at a server's tools came to. */
export interface Judged {
  /** By public name. */
  readonly offered: ReadonlyMap<string, OfferedTool>;
  /** Public names of tools that are kept back. */
  readonly held: ReadonlySet<string>;
}

/** The tools of one server in one session: listed whole, judged by the pins, and kept until the server says that they changed. */
export class ToolShelf {
  readonly link: UpstreamLink;
  #judged: { readonly tools: Judged; readonly generation: number; readonly at: number } | undefined;
  #looking: Promise<Judged> | undefined;

  constructor(link: UpstreamLink) {
    this.link = link;
  }

  /** The server said that its tools are others now. */
  forget(): void {
    this.#judged = undefined;
    this.#looking = undefined;
  }

  /** As they were judged last, or now. `maxAgeMs`: how old a judgement may be. */
  async tools(maxAgeMs = Number.POSITIVE_INFINITY): Promise<Judged> {
    const known = this.#judged;
    if (known?.generation === this.link.generation && this.#now() - known.at <= maxAgeMs) return known.tools;
    if (this.#looking !== undefined) return this.#looking;
    const look = this.#look();
    this.#looking = look;
    try {
      const tools = await look;
      // Told of a change in the meantime, it is not what was looked at.
      if (this.#looking === look) this.#judged = { tools, generation: this.link.generation, at: this.#now() };
      return tools;
    } finally {
      if (this.#looking === look) this.#looking = undefined;
    }
  }

  #now(): number {
    return this.link.upstream.parts.clock.monotonic();
  }

  async #look(): Promise<Judged> {
    const { link } = this;
    const { upstream } = link;
    if (!(await link.offers('tools'))) return none;
    const items = await listPages('tools', 'tools', (cursor) => link.ask('tools/list', cursor === undefined ? {} : { cursor }));
    const parts = items.flatMap((item) => partsOf(item) ?? []);
    if (parts.length < items.length) upstream.log('warn', `upstream "${upstream.name}": ${items.length - parts.length} tools are not what the protocol expects, and are not offered`);
    const verdicts = await upstream.parts.pins.judge(upstream.name, parts);
    const judged = sorted(upstream.prefix, parts, (name) => verdicts.get(name) === 'pinned' || verdicts.get(name) === 'new');
    upstream.judged(judged.offered.size, judged.held.size);
    if (judged.held.size > 0) upstream.log('warn', `upstream "${upstream.name}": ${judged.held.size} tools are held until they are approved`);
    return judged;
  }
}

const none: Judged = { offered: new Map(), held: new Set() };

/** What is pinned, as it came; everything else that a server says of a tool is dropped. */
function partsOf(item: unknown): PinnedParts | undefined {
  if (!ToolSchema.safeParse(item).success) return undefined;
  const { name, title, description, inputSchema, outputSchema, annotations } = item as PinnedParts; // just parsed as a tool
  return {
    name,
    inputSchema,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(outputSchema !== undefined && { outputSchema }),
    ...(annotations !== undefined && { annotations }),
  };
}

function sorted(prefix: string, parts: readonly PinnedParts[], isPinned: (name: string) => boolean): Judged {
  const offered = new Map<string, OfferedTool>();
  const held = new Set<string>();
  const owner = new Map<string, string>();
  for (const tool of parts) {
    const publicName = prefix + tool.name;
    const canonical = canonicalOf(prefix, tool.name);
    const shown = shownTool(tool);
    // Two names that policies cannot tell apart, `Read` and `read`: neither is offered.
    const twin = canonical === undefined ? undefined : owner.get(canonical);
    if (twin !== undefined) {
      offered.delete(twin);
      held.add(twin);
    }
    if (canonical !== undefined) owner.set(canonical, publicName);
    if (canonical === undefined || shown === undefined || twin !== undefined || !isPinned(tool.name)) held.add(publicName);
    else offered.set(publicName, new OfferedTool(tool.name, canonical, { ...shown, name: publicName }));
  }
  return { offered, held };
}
