/* eslint-disable @typescript-eslint/no-deprecated -- a proxy needs the protocol itself, and serves what revisions before 2026-07-28 have */
import { CreateMessageRequestSchema, CreateMessageResultWithToolsSchema, ElicitRequestSchema, ElicitResultSchema, ListRootsResultSchema } from '@modelcontextprotocol/core';
import { ProtocolError, ProtocolErrorCode, type JSONRPCRequest, type Result, type Server, type StandardSchemaV1 } from '@modelcontextprotocol/server';
import type { PassRules } from '../config/gateway-config.js';
import type { Answer, UpstreamLink } from '../upstream/upstream-link.js';
import type { Enforceable, EnforcedRequests } from './enforced-requests.js';
import { operationName } from './names.js';
import { malformed, refusedRequest } from './refusals.js';

interface Reader {
  safeParse(value: unknown): { readonly success: boolean; readonly data?: unknown };
}

interface PassedMethod {
  readonly rule: 'sampling' | 'elicitation' | 'roots';
  readonly asks: Reader | undefined;
  readonly answers: Reader;
}

const passed: ReadonlyMap<string, PassedMethod> = new Map<string, PassedMethod>([
  ['sampling/createMessage', { rule: 'sampling', asks: CreateMessageRequestSchema, answers: CreateMessageResultWithToolsSchema }],
  // By form only: an address that a user is sent to is nothing that can be looked into.
  ['elicitation/create', { rule: 'elicitation', asks: ElicitRequestSchema.refine(({ params }) => params.mode !== 'url'), answers: ElicitResultSchema }],
  ['roots/list', { rule: 'roots', asks: undefined, answers: ListRootsResultSchema }],
]);

/** Questions of one server that wait for its client at a time. */
const mostWaiting = 8;

/** What servers ask of their session's client: only what the pass rules let through, enforced like a call, cleaned on the way out and back. */
export class ServerRequests {
  readonly #server: Server;
  readonly #pass: PassRules;
  readonly #requests: EnforcedRequests;
  readonly #waiting = new Map<UpstreamLink, number>();

  constructor(server: Server, pass: PassRules, requests: EnforcedRequests) {
    this.#server = server;
    this.#pass = pass;
    this.#requests = requests;
  }

  async answer(link: UpstreamLink, { method, params = {} }: JSONRPCRequest, signal: AbortSignal): Promise<Result> {
    const known = passed.get(method);
    if (known === undefined) throw notFound();
    const waiting = this.#waiting.get(link) ?? 0;
    if (waiting >= mostWaiting) throw new ProtocolError(ProtocolErrorCode.InternalError, `at most ${mostWaiting} requests wait for a client at a time`);
    this.#waiting.set(link, waiting + 1);
    // With several requests under way nobody can tell which of them it is about.
    const [about, ...others] = link.underWay;
    const pose = (): Promise<Result> => this.#pose(link, method, params, known, { signal, id: others.length === 0 ? about?.id : undefined });
    try {
      return await (about === undefined || others.length > 0 ? pose() : about.inside(pose));
    } catch (error) {
      throw refusedRequest(error);
    } finally {
      this.#waiting.set(link, (this.#waiting.get(link) ?? 1) - 1);
    }
  }

  async #pose(link: UpstreamLink, method: string, { _meta, ...args }: Readonly<Record<string, unknown>>, { rule, asks, answers }: PassedMethod, about: Pick<Enforceable, 'signal' | 'id'>): Promise<Result> {
    const { upstream } = link;
    const name = operationName(upstream.prefix, method);
    const request = { upstream, name, args, ...about };
    if (this.#pass[rule] !== 'allow') throw await this.#requests.refused(request, 'no pass rule lets it through', notFound());
    if (this.#server.getClientCapabilities()?.[rule] === undefined) throw await this.#requests.refused(request, 'the client cannot do it', notFound());
    const result = await this.#requests.run(request, (given, callSignal) => {
      if (asks?.safeParse({ method, params: given }).success === false) throw malformed(method);
      const relatedRequestId = link.underWay.at(-1)?.id;
      return this.#server.request({ method, params: { ...given } }, anyAnswer, {
        signal: callSignal,
        timeout: upstream.timeoutMs,
        // Over HTTP a question travels on the stream of the request that it is about.
        ...(relatedRequestId !== undefined && { relatedRequestId }),
      });
    });
    const read = answers.safeParse(result);
    if (!read.success) throw malformed(method);
    return read.data as Result; // what the schema of the answer gave
  }
}

function notFound(): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.MethodNotFound, 'Method not found');
}

const anyAnswer: StandardSchemaV1<unknown, Answer> = {
  '~standard': {
    version: 1,
    vendor: 'enforcecore',
    validate: (value) => (typeof value === 'object' && value !== null ? { value: { ...value } } : { issues: [{ message: 'expected an object' }] }),
  },
};
