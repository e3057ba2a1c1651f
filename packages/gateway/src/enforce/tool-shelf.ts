import { ToolSchema } from '@modelcontextprotocol/core';
import type { HeldFor } from '../pins/form-fault.js';
import type { PinnedParts, PinStore } from '../pins/pin-store.js';
import { listPages } from '../upstream/list-pages.js';
import type { UpstreamLink } from '../upstream/upstream-link.js';
import { canonicalOf } from './names.js';
import { OfferedTool } from './offered-tool.js';
import { shownTool } from './shown-tool.js';

/** What one look at a server's tools came to. */
export interface Judged {
  /** By public name. */
  readonly offered: ReadonlyMap<string, OfferedTool>;
  /** Public names of tools that are kept back, and why. */
  readonly held: ReadonlyMap<string, HeldFor>;
  /** Of the connection that they were listed on; on another, a call would meet tools that nobody judged. */
  readonly generation: number;
}

interface Looked {
  readonly tools: Judged;
  readonly parts: readonly PinnedParts[];
  /** Of the pins, as they were before they were asked. */
  readonly stamp: string;
  readonly at: number;
}

/** The tools of one server in one session: listed whole, judged by the pins, and kept until the server says that they changed. Judged again whenever the pins are others. */
export class ToolShelf {
  readonly link: UpstreamLink;
  #known: Looked | undefined;
  #looking: Promise<Looked> | undefined;

  constructor(link: UpstreamLink) {
    this.link = link;
  }

  /** The server said that its tools are others now. */
  forget(): void {
    this.#known = undefined;
    this.#looking = undefined;
  }

  /** As they were judged last, or now. `maxAgeMs`: how old the list may be. Rejects when the pins cannot be read. */
  async tools(maxAgeMs = Number.POSITIVE_INFINITY): Promise<Judged> {
    const known = this.#known;
    if (known?.tools.generation !== this.link.generation || this.#now() - known.at > maxAgeMs) return this.#listed();
    const stamp = await this.#pins.stamp();
    if (this.#known !== known) return this.tools(maxAgeMs);
    if (stamp === known.stamp) return known.tools;
    const judged = await this.#judge(known.parts, known.tools.generation, known.at);
    if (this.#known === known) this.#known = judged;
    return judged.tools;
  }

  async #listed(): Promise<Judged> {
    const looking = this.#looking ?? this.#look();
    this.#looking = looking;
    try {
      const looked = await looking;
      // Told of a change in the meantime, it is not what was looked at.
      if (this.#looking === looking) this.#known = looked;
      return looked.tools;
    } finally {
      if (this.#looking === looking) this.#looking = undefined;
    }
  }

  get #pins(): PinStore {
    return this.link.upstream.parts.pins;
  }

  #now(): number {
    return this.link.upstream.parts.clock.monotonic();
  }

  async #look(): Promise<Looked> {
    const { link } = this;
    const { upstream } = link;
    const hasTools = await link.offers('tools');
    const { generation } = link;
    const items = hasTools ? await listPages('tools', 'tools', (cursor) => link.ask('tools/list', cursor === undefined ? {} : { cursor }, { generation })) : [];
    const parts = items.flatMap((item) => partsOf(item) ?? []);
    if (parts.length < items.length) upstream.log('warn', `upstream "${upstream.name}": ${items.length - parts.length} tools are not what the protocol expects, and are not offered`);
    return this.#judge(parts, generation, this.#now());
  }

  async #judge(parts: readonly PinnedParts[], generation: number, at: number): Promise<Looked> {
    const { upstream } = this.link;
    // Asked for first: pins that change in between are looked at again.
    const stamp = await this.#pins.stamp();
    const verdicts = await this.#pins.judge(upstream.name, parts);
    const tools = { ...sorted(upstream.prefix, parts, (name) => verdicts.get(name) === 'pinned' || verdicts.get(name) === 'new'), generation };
    upstream.judged(tools.offered.size, tools.held.size);
    return { tools, parts, stamp, at };
  }
}

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

function sorted(prefix: string, parts: readonly PinnedParts[], isPinned: (name: string) => boolean): Omit<Judged, 'generation'> {
  const offered = new Map<string, OfferedTool>();
  const held = new Map<string, HeldFor>();
  const owner = new Map<string, string>();
  for (const tool of parts) {
    const publicName = prefix + tool.name;
    const canonical = canonicalOf(prefix, tool.name);
    const shown = shownTool(tool);
    // Two names that policies cannot tell apart, `Read` and `read`: neither is offered.
    const twin = canonical === undefined ? undefined : owner.get(canonical);
    if (twin !== undefined) {
      offered.delete(twin);
      held.set(twin, 'twice');
    }
    if (canonical !== undefined) owner.set(canonical, publicName);
    if (canonical === undefined) held.set(publicName, 'bad-name');
    else if (shown === undefined) held.set(publicName, 'hidden-characters');
    else if (twin !== undefined) held.set(publicName, 'twice');
    else if (!isPinned(tool.name)) held.set(publicName, 'pin');
    else offered.set(publicName, new OfferedTool(tool.name, canonical, { ...shown, name: publicName }));
  }
  return { offered, held };
}
