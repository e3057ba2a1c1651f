import { EmptyResultSchema, ReadResourceResultSchema, ResourceSchema, ResourceTemplateSchema } from '@modelcontextprotocol/core';
import type { JSONRPCRequest, Result, ServerContext } from '@modelcontextprotocol/server';
import type { UpstreamLink } from '../upstream/upstream-link.js';
import type { EnforcedRequests } from './enforced-requests.js';
import { knownMembers } from './known-members.js';
import { mergedList, type ListKind, type Listed } from './merged-lists.js';
import { operationName } from './names.js';
import { invalid, malformed } from './refusals.js';
import { shownItem } from './shown-tool.js';

const resources: ListKind = { method: 'resources/list', key: 'resources', capability: 'resources', read: (item) => shownItem(item, ResourceSchema, true) };
const templates: ListKind = { method: 'resources/templates/list', key: 'resourceTemplates', capability: 'resources', read: (item) => shownItem(item, ResourceTemplateSchema, true) };

const longestUri = 8_192;
const mostSubscriptions = 1_000;

/** Resources of all servers: each keeps its own URIs, and the gateway remembers whose they are. */
export class ResourceDesk {
  readonly #links: readonly UpstreamLink[];
  readonly #requests: EnforcedRequests;
  #owners: ReadonlyMap<string, UpstreamLink> = new Map();
  /** What templates begin with, before their first variable. */
  #beginnings: readonly { readonly text: string; readonly link: UpstreamLink }[] = [];
  readonly #subscriptions = new Map<string, UpstreamLink>();

  constructor(links: readonly UpstreamLink[], requests: EnforcedRequests) {
    this.#links = links;
    this.#requests = requests;
  }

  async list(request: JSONRPCRequest, ctx: ServerContext): Promise<Result> {
    const listed = await mergedList(resources, this.#links, this.#requests, request, ctx);
    // The first server that names a URI has it: a later one cannot take it over.
    this.#owners = new Map(listed.toReversed().map(({ item, link }) => [String(item['uri']), link]));
    return { resources: firstOfEach(listed, 'uri') };
  }

  async listTemplates(request: JSONRPCRequest, ctx: ServerContext): Promise<Result> {
    const listed = await mergedList(templates, this.#links, this.#requests, request, ctx);
    this.#beginnings = listed.map(({ item, link }) => ({ text: String(item['uriTemplate']).split('{', 1)[0] ?? '', link }));
    return { resourceTemplates: firstOfEach(listed, 'uriTemplate') };
  }

  async read(request: JSONRPCRequest, ctx: ServerContext): Promise<Result> {
    const uri = uriOf(request);
    const read = ReadResourceResultSchema.safeParse(knownMembers('resources/read', await this.#ask('resources/read', uri, ctx)));
    if (!read.success) throw malformed('resources/read');
    return read.data;
  }

  async subscribe(request: JSONRPCRequest, ctx: ServerContext): Promise<Result> {
    const uri = uriOf(request);
    if (this.#subscriptions.size >= mostSubscriptions && !this.#subscriptions.has(uri)) throw invalid(`a session can watch ${mostSubscriptions} resources at a time`);
    await this.#ask('resources/subscribe', uri, ctx);
    this.#subscriptions.set(uri, this.#ownerOf(uri));
    return EmptyResultSchema.parse({});
  }

  async unsubscribe(request: JSONRPCRequest, ctx: ServerContext): Promise<Result> {
    const uri = uriOf(request);
    this.#subscriptions.delete(uri);
    await this.#ask('resources/unsubscribe', uri, ctx);
    return EmptyResultSchema.parse({});
  }

  /** Whether this client watches it, at this server. */
  isWatched(uri: string, link: UpstreamLink): boolean {
    return this.#subscriptions.get(uri) === link;
  }

  /** Whose template a completion is about. */
  ownerOfTemplate(uri: string): UpstreamLink {
    return this.#ownerOf(uri.split('{', 1)[0] ?? '');
  }

  #ask(method: string, uri: string, ctx: ServerContext): Promise<Record<string, unknown>> {
    const link = this.#ownerOf(uri);
    const { upstream } = link;
    const call = { upstream, name: operationName(upstream.prefix, method), args: { uri }, signal: ctx.mcpReq.signal, id: ctx.mcpReq.id };
    return this.#requests.run(call, (args, signal) => link.askFor(ctx.mcpReq.id, method, args, { signal }));
  }

  #ownerOf(uri: string): UpstreamLink {
    const [only, ...others] = this.#links;
    if (only !== undefined && others.length === 0) return only;
    const owner = this.#owners.get(uri) ?? this.#beginnings.find(({ text }) => text !== '' && uri.startsWith(text))?.link;
    if (owner === undefined) throw invalid('no server is known to have this resource; list the resources and templates first');
    return owner;
  }
}

function uriOf({ params }: JSONRPCRequest): string {
  const uri = params?.['uri'];
  if (typeof uri !== 'string' || uri === '' || uri.length > longestUri) throw invalid(`expected the uri of a resource, 1 to ${longestUri} characters`);
  return uri;
}

function firstOfEach(listed: readonly Listed[], key: string): readonly unknown[] {
  const seen = new Set<unknown>();
  return listed.flatMap(({ item }) => (seen.has(item[key]) ? [] : [(seen.add(item[key]), item)]));
}
