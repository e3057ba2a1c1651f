/* eslint-disable @typescript-eslint/no-deprecated, @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- tests speak the protocol itself, and take apart what came over it */
import { Auditor, createContainer, EnforceCoreError, Policy, type Caller, type EnforceContainer, type Logger } from '@enforcecore/core';
import { MemoryAuditor } from '@enforcecore/core/testing';
import { Client, InMemoryTransport as ClientTransport, type Transport } from '@modelcontextprotocol/client';
import { InMemoryTransport, Server, type ServerContext } from '@modelcontextprotocol/server';
import type { GatewayConfig, PassRules, UpstreamConfig } from './config/gateway-config.js';
import { Gateway } from './gateway.js';
import type { PinnedParts, PinStore, PinVerdict } from './pins/pin-store.js';

/** What came over the wire, and has no type. */
export type Loose = any;

/** What a scripted server answers, by method. */
export type Script = Readonly<Record<string, (params: Loose, ctx: ServerContext, server: Server) => unknown>>;

export interface Bench {
  readonly gateway: Gateway;
  readonly auditor: MemoryAuditor;
  readonly container: EnforceContainer;
  readonly logs: string[];
  readonly pins: MemoryPins;
  /** Scripted servers that were connected to, in order. */
  readonly servers: Server[];
  client(caller?: Caller, capabilities?: object): Promise<Client>;
}

/** Pins that a test can turn. */
export class MemoryPins implements PinStore {
  readonly held = new Set<string>();
  isTorn = false;
  judge(_server: string, tools: readonly PinnedParts[]): Promise<ReadonlyMap<string, PinVerdict>> {
    return Promise.resolve(new Map(tools.map(({ name }) => [name, this.held.has(name) ? 'held' : 'pinned'])));
  }
  stamp(): Promise<string> {
    return this.isTorn ? Promise.reject(new EnforceCoreError('GATEWAY', 'the pins cannot be read')) : Promise.resolve([...this.held].join());
  }
}

export interface BenchOptions {
  readonly policy?: object;
  readonly pass?: Partial<PassRules>;
  readonly upstreams?: Readonly<Record<string, Partial<UpstreamConfig>>>;
}

const open: (() => Promise<unknown>)[] = [];

/** Closes what tests left open. */
export async function closeAll(): Promise<void> {
  await Promise.allSettled(open.splice(0).map((close) => close()));
}

/** A gateway before scripted servers, one script each, with real protocol on both sides. */
export async function bench(scripts: Readonly<Record<string, Script | (() => Transport)>>, { policy, pass, upstreams = {} }: BenchOptions = {}): Promise<Bench> {
  const container = createContainer({ policy: Policy.from(policy ?? { name: 'p', rules: {} }), environment: {} });
  const auditor = new MemoryAuditor();
  container.rebind(Auditor).toConstantValue(auditor);
  const logs: string[] = [];
  const logger: Logger = { log: (_level, message) => logs.push(message) };
  const pins = new MemoryPins();
  const servers: Server[] = [];
  const names = Object.keys(scripts);
  const config: GatewayConfig = {
    upstreams: Object.fromEntries(names.map((name) => [name, { kind: 'stdio', command: 'none', args: [], ...upstreams[name] } as UpstreamConfig])),
    policy: 'none',
    serve: { kind: 'stdio' },
    pass: { sampling: 'deny', elicitation: 'deny', roots: 'deny', methods: {}, ...pass },
    pinFile: 'none',
    pinNew: true,
  };
  const connect = (name: string): Transport => {
    const script = scripts[name] ?? {};
    if (typeof script === 'function') return script();
    const [near, far] = InMemoryTransport.createLinkedPair();
    const server = scripted(script);
    servers.push(server);
    void server.connect(far);
    return near;
  };
  const gateway = await Gateway.start({ config, container, pins, logger, connect });
  open.push(() => gateway.close());
  return {
    gateway, auditor, container, logs, pins, servers,
    async client(caller = {}, capabilities = {}) {
      const client = new Client({ name: 'test', version: '1' }, { capabilities });
      const [near, far] = ClientTransport.createLinkedPair();
      await gateway.sessionFor(caller).connect(far);
      await client.connect(near);
      return client;
    },
  };
}

export const allCapabilities = { tools: { listChanged: true }, resources: { subscribe: true, listChanged: true }, prompts: { listChanged: true }, completions: {}, logging: {} };

/** A server of the SDK that answers by a script. */
export function scripted(script: Script, capabilities: object = allCapabilities): Server {
  const server = new Server({ name: 'scripted', version: '1' }, { capabilities });
  server.removeRequestHandler('logging/setLevel');
  server.fallbackRequestHandler = async (request, ctx) => {
    const answer = script[request.method];
    if (answer === undefined) throw Object.assign(new Error('Method not found'), { code: -32601 });
    return (await answer(request.params ?? {}, ctx, server)) as object as never;
  };
  return server;
}

export const objectSchema = { type: 'object', properties: { text: { type: 'string' } }, additionalProperties: true } as const;

/** Tools by name; a text answers itself as content. */
export function tools(all: Readonly<Record<string, (args: Loose, ctx: ServerContext, server: Server) => unknown>>, more: Readonly<Record<string, object>> = {}): Script {
  return {
    'tools/list': () => ({ tools: Object.keys(all).map((name) => ({ name, description: `does ${name}`, inputSchema: objectSchema, ...more[name] })) }),
    'tools/call': async ({ name, arguments: args }, ctx, server) => {
      const result = await all[name]?.(args, ctx, server);
      return typeof result === 'string' ? { content: [{ type: 'text', text: result }] } : result;
    },
  };
}

export const textOf = (result: Loose): string => (result.content as { text?: string }[]).map(({ text }) => text ?? '').join('\n');
export const refusalIn = (result: Loose): { code: string; mayHaveRun: boolean } | undefined => result._meta?.['enforcecore.dev/refusal'];

/** Waits until something holds, without ever sleeping for a fixed time. */
export async function until(holds: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it never came');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
