import { EnforceCoreError, EnforcementViolation, ToolDeniedError } from '@enforcecore/core';
import { CallToolResultSchema } from '@modelcontextprotocol/core';
import type { JSONRPCRequest, Result, ServerContext } from '@modelcontextprotocol/server';
import { heldMessage } from '../pins/form-fault.js';
import { gatewayError } from '../upstream/upstream-errors.js';
import type { Answer, UpstreamLink } from '../upstream/upstream-link.js';
import { ToolReturnedError, type Enforceable, type EnforcedRequests } from './enforced-requests.js';
import { FailedRequest } from './failed-request.js';
import { knownMembers } from './known-members.js';
import { canonicalOf, operationName } from './names.js';
import type { OfferedTool } from './offered-tool.js';
import { progressOf, type Progresses } from './progress.js';
import { invalid, malformed, refusalKey, refusedResult } from './refusals.js';
import type { Shown } from './shown-tool.js';
import { ToolShelf } from './tool-shelf.js';
import { without } from './without.js';

/** Who asks for a tool that is not there may be early; the list is looked at again, but not with every wrong guess. */
const relistMs = 1_000;

/** What stands in the trail for a call that names no tool that could be one. */
const namelessCall = operationName('', 'tools/call');

interface Found {
  readonly shelf: ToolShelf;
  readonly tool: OfferedTool;
  readonly generation: number;
}

interface NotFound {
  readonly shelf?: ToolShelf | undefined;
  readonly problem: EnforceCoreError;
  readonly isUnknown: boolean;
}

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
    if (failed !== undefined && lists.length === 1) throw new FailedRequest(failed.reason, false);
    return { tools: lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : [])) };
  }

  async call({ params = {} }: JSONRPCRequest, ctx: ServerContext): Promise<Result> {
    const { name, arguments: args = {} } = params;
    const request = { args, signal: ctx.mcpReq.signal, id: ctx.mcpReq.id };
    if (typeof name !== 'string' || name === '') throw invalid('tools/call expects the name of a tool');
    const found = await this.#find(name);
    try {
      return 'problem' in found ? await this.#refuse(name, found, request) : await this.#run(found, request, ctx);
    } catch (error) {
      if ('problem' in found && found.isUnknown) throw new FailedRequest(unknownTool(name), false);
      if (error instanceof ToolReturnedError) return returned(error);
      return refusedResult(error);
    }
  }

  async #offered(shelf: ToolShelf): Promise<readonly Shown[]> {
    const { offered } = await shelf.tools(0);
    return [...offered.values()].filter(({ canonical }) => this.#requests.offers(canonical)).map(({ shown }) => shown);
  }

  /** Prefixes hold no dot, so at most one server's fits. */
  async #find(name: string): Promise<Found | NotFound> {
    const unknown = new ToolDeniedError({ toolName: shortened(name), violationType: 'tool_not_allowed', reason: 'there is no such tool' });
    const shelf = this.#shelves.find(({ link }) => name.startsWith(link.upstream.prefix));
    if (shelf === undefined) return { problem: unknown, isUnknown: true };
    try {
      const known = await shelf.tools();
      const { offered, held, generation } = known.offered.has(name) ? known : await shelf.tools(relistMs);
      const tool = offered.get(name);
      if (tool !== undefined) return { shelf, tool, generation };
      const why = held.get(name);
      if (why === undefined) return { shelf, problem: unknown, isUnknown: true };
      return { shelf, problem: new EnforcementViolation('GATEWAY', { toolName: shortened(name), violationType: 'tool_not_allowed', reason: heldMessage(name, why) }), isUnknown: false };
    } catch (error) {
      return { shelf, problem: EnforceCoreError.is(error) ? error : gatewayError('the tools of the server could not be listed', error), isUnknown: false };
    }
  }

  /** Recorded as blocked; under no name that could be taken for another tool's, or for one of the gateway's own. */
  async #refuse(name: string, { shelf, problem }: NotFound, request: Omit<Enforceable, 'name'>): Promise<Result> {
    const upstream = shelf?.link.upstream;
    const prefix = upstream?.prefix ?? '';
    const isName = canonicalOf(prefix, name.slice(prefix.length)) !== undefined;
    const check = (): void => {
      throw problem;
    };
    return this.#requests.run({ ...request, upstream, name: isName ? name : namelessCall, check }, () => Promise.reject(problem));
  }

  async #run({ shelf: { link }, tool, generation }: Found, request: Omit<Enforceable, 'name'>, ctx: ServerContext): Promise<Result> {
    const call = { ...request, upstream: link.upstream, name: tool.canonical, check: (args: unknown) => checkArguments(tool, args) };
    const cleaned = await this.#requests.run(call, async (given, signal) => {
      const onprogress = progressOf(ctx, this.#progresses, tool.canonical);
      const result = await link.askFor(ctx.mcpReq.id, 'tools/call', { name: tool.name, arguments: given }, { signal, onprogress, generation });
      if (result['isError'] === true) throw new ToolReturnedError(result);
      return result;
    });
    return fitting(tool, cleaned);
  }
}

function checkArguments(tool: OfferedTool, args: unknown): void {
  try {
    tool.checkArguments(args);
  } catch (error) {
    if (EnforceCoreError.is(error)) throw error;
    throw gatewayError(`the schema of "${tool.canonical}" cannot be used, so its arguments cannot be checked`, error);
  }
}

/** A result whose structured part does not fit the tool's schema any more loses it, and says so: clients would refuse it whole. */
function fitting(tool: OfferedTool, result: Answer): Result {
  const members = knownMembers('tools/call', result);
  const read = CallToolResultSchema.safeParse({ content: [], ...members });
  // Old servers leave the texts out where there is something structured; a result of nothing at all is none.
  const isNone = members['content'] === undefined && members['structuredContent'] === undefined;
  if (!read.success || isNone) throw malformed('tools/call');
  if (!tool.hasOutputSchema || tool.fitsOutput(read.data.structuredContent)) return read.data;
  const text = 'the structured part of this result is withheld: after cleaning it does not fit what the tool says of its results';
  return { ...without(read.data, 'structuredContent'), content: [...read.data.content, { type: 'text', text }], isError: true, _meta: { ...read.data._meta, [refusalKey]: { code: 'OUTPUT_INVALID', mayHaveRun: true } } };
}

function returned({ result }: ToolReturnedError): Result {
  const { content = [], _meta } = knownMembers('tools/call', result);
  const read = CallToolResultSchema.safeParse({ content, isError: true, ...(_meta !== undefined && { _meta }) });
  return read.success ? read.data : refusedResult(malformed('tools/call'));
}

function unknownTool(name: string): Error {
  return invalid(`unknown tool: ${JSON.stringify(shortened(name))}`);
}

/** A name as a message may hold it. */
function shortened(name: string): string {
  return name.slice(0, 128).toWellFormed();
}
