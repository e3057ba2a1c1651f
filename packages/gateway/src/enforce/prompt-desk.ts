import { CompleteRequestParamsSchema, CompleteResultSchema, GetPromptRequestParamsSchema, GetPromptResultSchema, PromptSchema } from '@modelcontextprotocol/core';
import type { JSONRPCRequest, Result, ServerContext } from '@modelcontextprotocol/server';
import type { UpstreamLink } from '../upstream/upstream-link.js';
import type { EnforcedRequests } from './enforced-requests.js';
import { mergedList, type ListKind } from './merged-lists.js';
import { knownMembers } from './known-members.js';
import { operationName } from './names.js';
import { invalid, malformed } from './refusals.js';
import type { ResourceDesk } from './resource-desk.js';
import { shownItem } from './shown-tool.js';

const prompts: ListKind = { method: 'prompts/list', key: 'prompts', capability: 'prompts', read: (item) => shownItem(item, PromptSchema, false) };

/** Prompts of all servers, under their prefixes, and completions of what prompts and templates take. */
export class PromptDesk {
  readonly #links: readonly UpstreamLink[];
  readonly #requests: EnforcedRequests;
  readonly #resources: ResourceDesk;

  constructor(links: readonly UpstreamLink[], requests: EnforcedRequests, resources: ResourceDesk) {
    this.#links = links;
    this.#requests = requests;
    this.#resources = resources;
  }

  async list(request: JSONRPCRequest, ctx: ServerContext): Promise<Result> {
    const listed = await mergedList(prompts, this.#links, this.#requests, request, ctx);
    return { prompts: listed.map(({ item, link }) => ({ ...item, name: `${link.upstream.prefix}${String(item['name'])}` })) };
  }

  async get({ params }: JSONRPCRequest, ctx: ServerContext): Promise<Result> {
    const asked = GetPromptRequestParamsSchema.safeParse(params);
    if (!asked.success) throw invalid('prompts/get expects the name of a prompt, and arguments that are texts');
    const { link, name } = this.#ownerOf(asked.data.name);
    const args = { name, ...(asked.data.arguments !== undefined && { arguments: asked.data.arguments }) };
    const read = GetPromptResultSchema.safeParse(knownMembers('prompts/get', await this.#ask(link, 'prompts/get', args, ctx)));
    if (!read.success) throw malformed('prompts/get');
    return read.data;
  }

  async complete({ params }: JSONRPCRequest, ctx: ServerContext): Promise<Result> {
    const asked = CompleteRequestParamsSchema.safeParse(params);
    if (!asked.success) throw invalid('completion/complete expects a prompt or a template, and the argument to complete');
    const { ref, argument, context } = asked.data;
    const owner = ref.type === 'ref/prompt' ? this.#ownerOf(ref.name) : { link: this.#resources.ownerOfTemplate(ref.uri), name: '' };
    const own = ref.type === 'ref/prompt' ? { type: ref.type, name: owner.name } : { type: ref.type, uri: ref.uri };
    const result = await this.#ask(owner.link, 'completion/complete', { ref: own, argument, ...(context !== undefined && { context }) }, ctx);
    const read = CompleteResultSchema.safeParse(knownMembers('completion/complete', result));
    if (!read.success) throw malformed('completion/complete');
    return read.data;
  }

  #ask(link: UpstreamLink, method: string, args: Readonly<Record<string, unknown>>, ctx: ServerContext): Promise<Record<string, unknown>> {
    const { upstream } = link;
    const call = { upstream, name: operationName(upstream.prefix, method), args, signal: ctx.mcpReq.signal, id: ctx.mcpReq.id };
    return this.#requests.run(call, (given, signal) => link.askFor(ctx.mcpReq.id, method, given, { signal }));
  }

  #ownerOf(publicName: string): { readonly link: UpstreamLink; readonly name: string } {
    const link = this.#links.find(({ upstream }) => publicName.startsWith(upstream.prefix));
    if (link === undefined) throw invalid(`unknown prompt: ${JSON.stringify(publicName.slice(0, 128).toWellFormed())}`);
    return { link, name: publicName.slice(link.upstream.prefix.length) };
  }
}
