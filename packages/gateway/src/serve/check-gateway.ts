import type { EnforceContainer, Logger } from '@enforcecore/core';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import type { GatewayConfig } from '../config/gateway-config.js';
import { Gateway } from '../gateway.js';
import { FilePinStore } from '../pins/file-pin-store.js';
import type { PinnedParts, PinStore, PinVerdict } from '../pins/pin-store.js';
import type { UpstreamState } from '../upstream/upstream-status.js';

export interface CheckOptions {
  readonly config: GatewayConfig;
  readonly container: EnforceContainer;
  readonly logger: Logger;
}

export interface CheckedTool {
  /** As the server calls it. */
  readonly name: string;
  /** As clients, policies and the trail call it: behind its server's prefix. */
  readonly shownAs: string;
  /** `listed` to clients, `hidden` by the policy or for its form, or `held` by the pins. */
  readonly fate: 'listed' | 'hidden' | 'held';
  /** Seen for the first time: it would be pinned as it is. */
  readonly isNew: boolean;
}

export interface CheckedServer {
  readonly name: string;
  readonly state: UpstreamState;
  readonly tools: readonly CheckedTool[];
}

const longestListMs = 120_000;

/** Starts the servers and lists their tools as a client would see them. Calls nothing, and pins nothing. */
export async function checkGateway({ config, container, logger }: CheckOptions): Promise<readonly CheckedServer[]> {
  const pins = new RecordingPins(new FilePinStore({ path: config.pinFile, pinNew: config.pinNew, isDry: true }));
  const gateway = await Gateway.start({ config, container, pins, logger });
  const client = new Client({ name: 'enforcecore-check', version: '1.0.0' });
  try {
    const [near, far] = InMemoryTransport.createLinkedPair();
    await gateway.sessionFor({}).connect(far);
    await client.connect(near);
    const { tools } = await client.listTools(undefined, { timeout: longestListMs });
    const listed = new Set(tools.map(({ name }) => name));
    const isOnly = Object.keys(config.upstreams).length === 1;
    return gateway.status().map(({ name, state }) => {
      const prefix = config.upstreams[name]?.prefix ?? (isOnly ? '' : name);
      const seen = [...(pins.verdicts.get(name) ?? [])].map(([tool, verdict]) => checked(tool, prefix === '' ? tool : `${prefix}.${tool}`, verdict, listed));
      return { name, state, tools: seen };
    });
  } finally {
    await client.close();
    await gateway.close();
  }
}

function checked(name: string, shownAs: string, verdict: PinVerdict, listed: ReadonlySet<string>): CheckedTool {
  return { name, shownAs, fate: verdict === 'held' ? 'held' : listed.has(shownAs) ? 'listed' : 'hidden', isNew: verdict === 'new' };
}

class RecordingPins implements PinStore {
  readonly verdicts = new Map<string, ReadonlyMap<string, PinVerdict>>();
  readonly #inner: PinStore;

  constructor(inner: PinStore) {
    this.#inner = inner;
  }

  async judge(server: string, tools: readonly PinnedParts[]): Promise<ReadonlyMap<string, PinVerdict>> {
    const verdicts = await this.#inner.judge(server, tools);
    this.verdicts.set(server, verdicts);
    return verdicts;
  }
}
