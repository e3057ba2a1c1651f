import { EnforceCoreError } from '@enforcecore/core';
import type { JSONRPCRequest, ServerContext } from '@modelcontextprotocol/server';
import { listPages } from '../upstream/list-pages.js';
import type { UpstreamLink } from '../upstream/upstream-link.js';
import type { EnforcedRequests } from './enforced-requests.js';
import { operationName } from './names.js';
import { invalid } from './refusals.js';

type Item = Readonly<Record<string, unknown>>;

/** A list that the gateway puts together of what each server has. */
export interface ListKind {
  readonly method: 'resources/list' | 'resources/templates/list' | 'prompts/list';
  /** Where the items stand in a page. */
  readonly key: 'resources' | 'resourceTemplates' | 'prompts';
  readonly capability: 'resources' | 'prompts';
  /** The item as the protocol has it; `undefined` for what is none. */
  readonly read: (item: unknown) => Item | undefined;
}

export interface Listed {
  readonly link: UpstreamLink;
  readonly item: Item;
}

/** Lists of all servers whose list the policy lets pass; each is an enforced call, and a server that fails is left out unless it is the only one. */
export async function mergedList(kind: ListKind, links: readonly UpstreamLink[], requests: EnforcedRequests, { params }: JSONRPCRequest, ctx: ServerContext): Promise<readonly Listed[]> {
  if (params?.['cursor'] !== undefined) throw invalid('the list has one page, and this cursor leads nowhere');
  const asked = links.filter(({ upstream }) => requests.offers(operationName(upstream.prefix, kind.method)));
  const lists = await Promise.allSettled(asked.map((link) => listOf(kind, link, requests, ctx)));
  const failed = lists.find((list) => list.status === 'rejected');
  if (failed !== undefined && links.length === 1) throw failed.reason;
  return lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
}

async function listOf(kind: ListKind, link: UpstreamLink, requests: EnforcedRequests, ctx: ServerContext): Promise<readonly Listed[]> {
  const { upstream } = link;
  if (!(await link.offers(kind.capability))) return [];
  const call = { upstream, name: operationName(upstream.prefix, kind.method), args: {}, signal: ctx.mcpReq.signal, id: ctx.mcpReq.id };
  const result = await requests.run(call, async (_args, signal) => {
    const items = await listPages(kind.key, kind.key, (cursor) => link.ask(kind.method, cursor === undefined ? {} : { cursor }, { signal }));
    return { [kind.key]: items };
  });
  const items = result[kind.key];
  if (!Array.isArray(items)) throw new EnforceCoreError('OUTPUT_INVALID', `the answer to ${kind.method} is withheld: it is not what the protocol expects`);
  return items.flatMap((item) => {
    const read = kind.read(item);
    return read === undefined ? [] : [{ link, item: read }];
  });
}

