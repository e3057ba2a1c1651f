/* eslint-disable @typescript-eslint/no-deprecated -- a proxy needs the protocol itself, and serves what revisions before 2026-07-28 have */
import type { Caller, Clock, EnforceContainer } from '@enforcecore/core';
import { SetLevelRequestParamsSchema } from '@modelcontextprotocol/core';
import { ProtocolError, ProtocolErrorCode, Server, type JSONRPCRequest, type Notification, type Result, type ServerContext } from '@modelcontextprotocol/server';
import type { PassRules } from '../config/gateway-config.js';
import { runOutsideCalls } from '../upstream/outside-calls.js';
import type { LinkListener, UpstreamLink } from '../upstream/upstream-link.js';
import { EnforcedRequests } from './enforced-requests.js';
import { operationName } from './names.js';
import { Notices } from './notices.js';
import { Progresses } from './progress.js';
import { PromptDesk } from './prompt-desk.js';
import { invalid, refusedRequest } from './refusals.js';
import { ResourceDesk } from './resource-desk.js';
import { ServerRequests } from './server-requests.js';
import { ToolDesk } from './tool-desk.js';

export interface SessionParts {
  readonly container: EnforceContainer;
  readonly caller: Caller;
  readonly pass: PassRules;
  readonly clock: Clock;
  /** This session's own, one to each server. */
  readonly links: readonly UpstreamLink[];
  readonly onEnd: (session: ClientSession) => void;
}

type Handler = (request: JSONRPCRequest, ctx: ServerContext) => Promise<Result>;

/** Everything is offered before the servers were asked: what they do not have is an empty list. */
const capabilities = { tools: { listChanged: true }, resources: { subscribe: true, listChanged: true }, prompts: { listChanged: true }, completions: {}, logging: {} };
/** Requests of one client that are under way at a time. */
const mostRequests = 256;
/** Requests that act, or that read what somebody keeps: each has an entry, whatever is wrong with it. */
const attempts: ReadonlySet<string> = new Set(['tools/call', 'resources/read', 'resources/subscribe', 'resources/unsubscribe', 'prompts/get', 'completion/complete']);

/** One client, with connections of its own to every server, so that nothing of another client's can reach it. */
export class ClientSession implements LinkListener {
  readonly server: Server;
  readonly #parts: SessionParts;
  readonly #requests: EnforcedRequests;
  readonly #serverRequests: ServerRequests;
  readonly #notices: Notices;
  readonly #handlers: ReadonlyMap<string, Handler>;
  #underWay = 0;
  #ending: Promise<void> | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { container, caller, links, pass, clock } = parts;
    this.server = new SessionServer(() => void this.end());
    this.#requests = new EnforcedRequests(container, caller);
    const { cleaner } = this.#requests;
    const tools = new ToolDesk(links, this.#requests, new Progresses(clock, cleaner));
    const resources = new ResourceDesk(links, this.#requests);
    const prompts = new PromptDesk(links, this.#requests, resources);
    this.#serverRequests = new ServerRequests(this.server, pass, this.#requests);
    this.#notices = new Notices({ server: this.server, pass, tools, resources, cleaner, clock });
    this.#handlers = new Map<string, Handler>([
      ['tools/list', (request) => tools.list(request)],
      ['tools/call', (request, ctx) => tools.call(request, ctx)],
      ['resources/list', (request, ctx) => resources.list(request, ctx)],
      ['resources/templates/list', (request, ctx) => resources.listTemplates(request, ctx)],
      ['resources/read', (request, ctx) => resources.read(request, ctx)],
      ['resources/subscribe', (request, ctx) => resources.subscribe(request, ctx)],
      ['resources/unsubscribe', (request, ctx) => resources.unsubscribe(request, ctx)],
      ['prompts/list', (request, ctx) => prompts.list(request, ctx)],
      ['prompts/get', (request, ctx) => prompts.get(request, ctx)],
      ['completion/complete', (request, ctx) => prompts.complete(request, ctx)],
      ['logging/setLevel', (request) => this.#setLevel(request)],
    ]);
    this.server.fallbackRequestHandler = (request, ctx) => this.#handle(request, ctx);
    this.server.fallbackNotificationHandler = (notification) => this.#tell(notification);
    for (const link of links) link.listener = this;
  }

  /** Notifications of servers that were not passed on. */
  get dropped(): number {
    return this.#notices.dropped;
  }

  /** Ends the connections; calls under way end with it. */
  end(): Promise<void> {
    // Later, since closing tells of its end before it returns.
    this.#ending ??= Promise.resolve().then(() => this.#end());
    return this.#ending;
  }

  onRequest(link: UpstreamLink, request: JSONRPCRequest, signal: AbortSignal): Promise<Result> {
    return this.#serverRequests.answer(link, request, signal);
  }

  async onNotification(link: UpstreamLink, notification: Notification): Promise<void> {
    // A client that is gone, or words that cannot be cleaned: either way it is not passed on.
    await this.#notices.pass(link, notification).catch(() => undefined);
  }

  onRestart(link: UpstreamLink): void {
    this.#notices.restarted(link);
  }

  async #end(): Promise<void> {
    this.#notices.close();
    await Promise.allSettled([this.server.close(), ...this.#parts.links.map((link) => link.close())]);
    this.#parts.onEnd(this);
  }

  async #handle(request: JSONRPCRequest, ctx: ServerContext): Promise<Result> {
    if (this.#underWay >= mostRequests) throw new ProtocolError(ProtocolErrorCode.InternalError, `at most ${mostRequests} requests of a client are worked on at a time`);
    this.#underWay += 1;
    try {
      const handler = this.#handlers.get(request.method) ?? this.#unknown;
      return await runOutsideCalls(() => handler(request, ctx));
    } catch (error) {
      if (error instanceof ProtocolError && attempts.has(request.method)) await this.#record(request, error, ctx);
      throw refusedRequest(error);
    } finally {
      this.#underWay -= 1;
    }
  }

  /** What never came to the pipeline, since it is malformed or belongs to no server: blocked all the same, with its entry. */
  async #record({ method, params: { _meta, ...args } = {} }: JSONRPCRequest, answer: ProtocolError, { mcpReq: { signal, id } }: ServerContext): Promise<void> {
    await this.#requests.refused({ name: operationName('', method), args, signal, id }, 'it is malformed, or belongs to no server', answer);
  }

  /** Methods that the gateway does not know: by name, to the one server there is, enforced as a call. */
  readonly #unknown: Handler = async ({ method, params: { _meta, ...args } = {} }, ctx) => {
    const { methods } = this.#parts.pass;
    const [link, ...others] = this.#parts.links;
    if (!Object.hasOwn(methods, method) || methods[method] !== 'allow' || link === undefined || others.length > 0) throw new ProtocolError(ProtocolErrorCode.MethodNotFound, 'Method not found');
    const { upstream } = link;
    const call = { upstream, name: operationName(upstream.prefix, method), args, signal: ctx.mcpReq.signal, id: ctx.mcpReq.id };
    return this.#requests.run(call, (given, signal) => link.askFor(ctx.mcpReq.id, method, given, { signal }));
  };

  async #setLevel({ params }: JSONRPCRequest): Promise<Result> {
    const asked = SetLevelRequestParamsSchema.safeParse(params);
    if (!asked.success) throw invalid('logging/setLevel expects one of the levels of syslog');
    const { level } = asked.data;
    this.#notices.setLevel(level);
    // A server that cannot say less is told of all the same: what it says too much is dropped here.
    await Promise.allSettled(this.#parts.links.map(async (link) => ((await link.offers('logging')) ? link.ask('logging/setLevel', { level }) : undefined)));
    return {};
  }

  async #tell({ method }: Notification): Promise<void> {
    if (method !== 'notifications/roots/list_changed' || this.#parts.pass.roots !== 'allow') return;
    await Promise.allSettled(this.#parts.links.map((link) => link.tell({ method })));
  }
}

/** Tells when its connection ends, whatever else is told of it. */
class SessionServer extends Server {
  readonly #onEnd: () => void;

  constructor(onEnd: () => void) {
    super({ name: 'enforcecore-gateway', version: '0.1.0' }, { capabilities });
    this.#onEnd = onEnd;
    // The gateway's own handler asks the servers as well.
    this.removeRequestHandler('logging/setLevel');
  }

  /** Also a session that no client ever came to has an end. */
  override async close(): Promise<void> {
    await super.close();
    this.#onEnd();
  }

  protected override _onclose(): void {
    super._onclose();
    this.#onEnd();
  }
}
