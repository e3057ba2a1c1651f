import { EnforceCoreError, type EnforceContainer, type Logger } from '@enforcecore/core';
import { Client, InMemoryTransport, ProtocolError } from '@modelcontextprotocol/client';
import type { GatewayConfig } from '../config/gateway-config.js';
import { canonicalOf } from '../enforce/names.js';
import { Gateway, prefixed } from '../gateway.js';
import { FilePinStore } from '../pins/file-pin-store.js';
import { formFaultOf, type HeldFor } from '../pins/form-fault.js';
import type { PinnedParts, PinStore, PinVerdict } from '../pins/pin-store.js';
import { visibleText } from '../pins/visible-text.js';
import type { UpstreamState } from '../upstream/upstream-status.js';

/** What would be served, and by whose rules. */
export interface CheckOptions {
  /** Its servers are started, and its pins looked at; nothing is pinned and nobody served. */
  readonly config: GatewayConfig;
  /** Whose policy says what is listed. */
  readonly container: EnforceContainer;
  /** Told of what servers do wrong. */
  readonly logger: Logger;
}

/** A tool, and what a client would see of it. */
export interface CheckedTool {
  /** As the server calls it. */
  readonly name: string;
  /** As clients, policies and the trail call it: behind its server's prefix. */
  readonly shownAs: string;
  /** `listed` to clients, `hidden` by the policy, or `held`. */
  readonly fate: 'listed' | 'hidden' | 'held';
  /** What it is held for: its pin, which a person can approve, or its form, which only its server can change. */
  readonly heldFor?: HeldFor | undefined;
  /** Seen for the first time: it would be pinned as it is. */
  readonly isNew: boolean;
}

/** A server, and its tools where it gave a list. */
export interface CheckedServer {
  /** As the configuration calls it. */
  readonly name: string;
  /** As it was when it had answered, or failed to. */
  readonly state: UpstreamState;
  /** Why there is no list of its tools. */
  readonly problem?: string | undefined;
  readonly tools: readonly CheckedTool[];
}

const longestListMs = 120_000;
const longestProblem = 500;

/** Starts the servers and lists their tools as a client would see them. Calls nothing, and pins nothing. A server whose tools cannot be listed has a `problem`. */
export async function checkGateway(options: CheckOptions): Promise<readonly CheckedServer[]> {
  // One gateway each, since a list of all leaves out who does not answer.
  return Promise.all(prefixed(options.config).map(({ name, prefix }) => checkServer(options, name, prefix)));
}

async function checkServer({ config, container, logger }: CheckOptions, name: string, prefix: string): Promise<CheckedServer> {
  const upstream = config.upstreams[name];
  if (upstream === undefined) throw new EnforceCoreError('GATEWAY', `there is no server ${name}`);
  const pins = new RecordingPins(new FilePinStore({ path: config.pinFile, pinNew: config.pinNew, isDry: true, logger }));
  const gateway = await Gateway.start({ config: { ...config, upstreams: { [name]: { ...upstream, prefix } } }, container, pins, logger });
  const client = new Client({ name: 'enforcecore-check', version: '1.0.0' });
  try {
    const [near, far] = InMemoryTransport.createLinkedPair();
    await gateway.sessionFor({}).connect(far);
    await client.connect(near);
    const { tools } = await client.listTools(undefined, { timeout: longestListMs });
    const listed = new Set(tools.map((tool) => tool.name));
    return { name, state: stateOf(gateway), tools: fatesOf(pins.seen, prefix === '' ? '' : `${prefix}.`, listed) };
  } catch (error) {
    return { name, state: stateOf(gateway), problem: problemOf(error), tools: [] };
  } finally {
    await client.close();
    await gateway.close();
  }
}

function stateOf(gateway: Gateway): UpstreamState {
  return gateway.status()[0]?.state ?? 'down';
}

/** A server's own words may stand in it. */
function problemOf(error: unknown): string {
  if (!(error instanceof ProtocolError) && !EnforceCoreError.is(error)) return 'its tools could not be listed';
  return visibleText(error.message).slice(0, longestProblem).toWellFormed();
}

function fatesOf(seen: readonly Seen[], prefix: string, listed: ReadonlySet<string>): readonly CheckedTool[] {
  const names = seen.map(({ tool }) => canonicalOf(prefix, tool.name));
  return seen.map(({ tool, verdict }, at) => {
    const { name } = tool;
    const shownAs = `${prefix}${name}`;
    const isTwice = names[at] !== undefined && names.indexOf(names[at]) !== names.lastIndexOf(names[at]);
    const heldFor = formFaultOf(tool, prefix) ?? (isTwice ? 'twice' : verdict === 'held' ? 'pin' : undefined);
    if (heldFor !== undefined) return { name, shownAs, fate: 'held', heldFor, isNew: false };
    return { name, shownAs, fate: listed.has(shownAs) ? 'listed' : 'hidden', isNew: verdict === 'new' };
  });
}

interface Seen {
  readonly tool: PinnedParts;
  readonly verdict: PinVerdict;
}

class RecordingPins implements PinStore {
  seen: readonly Seen[] = [];
  readonly #inner: PinStore;

  constructor(inner: PinStore) {
    this.#inner = inner;
  }

  async judge(server: string, tools: readonly PinnedParts[]): Promise<ReadonlyMap<string, PinVerdict>> {
    const verdicts = await this.#inner.judge(server, tools);
    this.seen = tools.map((tool) => ({ tool, verdict: verdicts.get(tool.name) ?? 'held' }));
    return verdicts;
  }

  stamp(): Promise<string> {
    return this.#inner.stamp();
  }
}
