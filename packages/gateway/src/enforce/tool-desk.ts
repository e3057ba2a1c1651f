import { EnforceCoreError } from '@enforcecore/core';
import { ToolInputError } from '@enforcecore/core/tools';
import { CallToolResultSchema } from '@modelcontextprotocol/core';
import type { JSONRPCRequest, Result, ServerContext } from '@modelcontextprotocol/server';
import { gatewayError } from '../upstream/upstream-errors.js';
import type { Answer, UpstreamLink } from '../upstream/upstream-link.js';
import { ToolReturnedError, type EnforcedRequests } from './enforced-requests.js';
import type { OfferedTool } from './offered-tool.js';
import { progressOf, type Progresses } from './progress.js';
import { invalid, malformed, refusalKey, refusedResult } from './refusals.js';
import type { Shown } from './shown-tool.js';
import { ToolShelf } from './tool-shelf.js';
import { without } from './without.js';

/** Who asks for a tool that is not there may be early; the list is looked at again, but not with every wrong guess. */
const relistMs = 1_000;

type Found = { readonly shelf: ToolShelf; readonly tool: OfferedTool } | { readonly shelf: ToolShelf; readonly problem: 'unknown' | 'held' | EnforceCoreError };

/** Tools of all servers: offered where pins and policy agree, and called through the pipeline. */
export class ToolDesk {
  readonly #shelves: readonly ToolShelf[];
  readonly #requests: EnforcedRequests;
  readonly #progresses: Progresses;

  constructor(links: readonly UpstreamLink[], requests: EnforcedRequests, progresses: Progresses) {
    this.#shelves = links.map((link) => new ToolShelf(link));
    this.#requests = requests;
    this.#progresses = progresses;
  }

  forget(link: UpstreamLink): void {
    this.#shelves.find((shelf) => shelf.link === link)?.forget();
  }

  /** One page: what servers split is put together, or a policy could not be asked about all of it. */
  async list({ params }: JSONRPCRequest): Promise<Result> {
    if (params?.['cursor'] !== undefined) throw invalid('the list has one page, and this cursor leads nowhere');
    const lists = await Promise.allSettled(this.#shelves.map((shelf) => this.#offered(shelf)));
    const failed = lists.find((list) => list.status === 'rejected');
    // One server that is down does not hide the others' tools; the only one is not passed off as having none.
    if (failed !== undefined && lists.length === 1) throw failed.reason;
    return { tools: lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : [])) };
  }

  async call({ params = {} }: JSONRPCRequest, ctx: ServerContext): Promise<Result> {
    const { name, arguments: args = {} } = params;
    if (typeof name !== 'string' || name === '') throw invalid('tools/call expects the name of a tool');
    if (typeof args !== 'object' || args === null || Array.isArray(args)) throw invalid('tools/call expects arguments as an object');
    const found = await this.#find(name);
    if (found === undefined) throw unknownTool(name);
    let wasAsked = false;
    try {
      return await this.#run(name, found, args as Answer, ctx, () => (wasAsked = true)); // an object, looked at above
    } catch (error) {
      if ('problem' in found && found.problem === 'unknown') throw unknownTool(name);
      if (error instanceof ToolReturnedError) return returned(error);
      return refusedResult(error, wasAsked);
    }
  }

  async #offered(shelf: ToolShelf): Promise<readonly Shown[]> {
    const { offered } = await shelf.tools(0);
    return [...offered.values()].filter(({ canonical }) => this.#requests.offers(canonical)).map(({ shown }) => shown);
  }

  /** Prefixes hold no dot, so at most one server's fits. */
  async #find(name: string): Promise<Found | undefined> {
    const shelf = this.#shelves.find(({ link }) => name.startsWith(link.upstream.prefix));
    if (shelf === undefined) return undefined;
    try {
      const first = (await shelf.tools()).offered.get(name);
      if (first !== undefined) return { shelf, tool: first };
      const { offered, held } = await shelf.tools(relistMs);
      const tool = offered.get(name);
      return tool === undefined ? { shelf, problem: held.has(name) ? 'held' : 'unknown' } : { shelf, tool };
    } catch (error) {
      return { shelf, problem: EnforceCoreError.is(error) ? error : gatewayError('the tools of the server could not be listed', error) };
    }
  }

  /** Also a call that cannot be made is decided and recorded: its tool is what throws. */
  async #run(name: string, found: Found, args: Answer, ctx: ServerContext, onAsk: () => void): Promise<Result> {
    const { link } = found.shelf;
    const { upstream } = link;
    const call = { upstream, args, signal: ctx.mcpReq.signal, id: ctx.mcpReq.id };
    if ('problem' in found) {
      const why = typeof found.problem === 'object' ? found.problem : gatewayError(found.problem === 'held' ? heldMessage(name) : 'there is no such tool');
      return this.#requests.run({ ...call, name }, () => Promise.reject(why));
    }
    const { tool } = found;
    const wrong = faultOf(tool, args);
    const cleaned = await this.#requests.run({ ...call, name: tool.canonical }, async (given, signal) => {
      if (wrong !== undefined) throw wrong;
      const onprogress = progressOf(ctx, this.#progresses, tool.canonical);
      onAsk();
      const result = await link.askFor(ctx.mcpReq.id, 'tools/call', { name: tool.name, arguments: given }, { signal, onprogress });
      if (result['isError'] === true) throw new ToolReturnedError(result);
      return result;
    });
    return fitting(tool, cleaned);
  }
}

function faultOf(tool: OfferedTool, args: Answer): Error | undefined {
  try {
    tool.checkArguments(args);
    return undefined;
  } catch (error) {
    if (error instanceof ToolInputError) return error.of({ toolName: tool.canonical });
    return EnforceCoreError.is(error) ? error : gatewayError(`the schema of "${tool.canonical}" cannot be used, so its arguments cannot be checked`, error);
  }
}

/** A result whose structured part does not fit the tool's schema any more loses it, and says so: clients would refuse it whole. */
function fitting(tool: OfferedTool, result: Answer): Result {
  const content = result['content'] ?? [];
  const read = CallToolResultSchema.safeParse({ ...result, content });
  if (!read.success) throw malformed('tools/call');
  if (!tool.hasOutputSchema || tool.fitsOutput(read.data.structuredContent)) return read.data;
  const text = 'the structured part of this result is withheld: after cleaning it does not fit what the tool says of its results';
  return { ...without(read.data, 'structuredContent'), content: [...read.data.content, { type: 'text', text }], isError: true, _meta: { ...read.data._meta, [refusalKey]: { code: 'OUTPUT_INVALID', mayHaveRun: true } } };
}

function returned({ result }: ToolReturnedError): Result {
  const read = CallToolResultSchema.safeParse({ ...without(result, 'structuredContent'), content: result['content'] ?? [], isError: true });
  return read.success ? read.data : refusedResult(malformed('tools/call'), true);
}

function heldMessage(name: string): string {
  return `tool "${name}" is held: it is not what it was when it was pinned, or cannot be shown as it is; a person has to look at it with "enforcecore gateway approve"`;
}

function unknownTool(name: string): Error {
  return invalid(`unknown tool: ${JSON.stringify(name.slice(0, 128).toWellFormed())}`);
}
