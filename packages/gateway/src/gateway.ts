/* eslint-disable @typescript-eslint/no-deprecated -- a proxy needs the protocol itself, and serves what revisions before 2026-07-28 have */
import { Clock, EnforceCoreError, SettingsError, type Caller, type EnforceContainer, type Logger } from '@enforcecore/core';
import type { Transport } from '@modelcontextprotocol/client';
import type { Server } from '@modelcontextprotocol/server';
import type { GatewayConfig, UpstreamConfig } from './config/gateway-config.js';
import { ClientSession } from './enforce/client-session.js';
import { ToolShelf } from './enforce/tool-shelf.js';
import type { PinStore } from './pins/pin-store.js';
import { UpstreamLink } from './upstream/upstream-link.js';
import type { UpstreamStatus } from './upstream/upstream-status.js';
import { Upstream } from './upstream/upstream.js';

/** What a gateway is made of. */
export interface GatewayOptions {
  /** Its servers and what may pass; what it says of policy, pins, trail and serving is for those who make these parts. */
  readonly config: GatewayConfig;
  /** Whose policy, limits and trail hold. */
  readonly container: EnforceContainer;
  /** Judges each tool of each list before anybody sees or calls it. */
  readonly pins: PinStore;
  /** Told of what servers do wrong, in words of the gateway's own. */
  readonly logger: Logger;
  /** Makes the connection to a server; by what the config says of it by default. */
  readonly connect?: ((name: string, config: UpstreamConfig) => Transport) | undefined;
}

/** An MCP proxy: what any client asks of any of the servers passes one policy, and is told to one trail. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #clock: Clock;
  readonly #upstreams: readonly Upstream[];
  readonly #sessions = new Set<ClientSession>();
  /** Made at the start to look at the tools; the first session takes them over. */
  #spare: readonly UpstreamLink[] = [];
  #isClosed = false;

  /**
   * Starts the servers without waiting for them: one that does not come up keeps nobody from using the others.
   *
   * @throws SettingsError for no server, and for prefixes that two servers share; PolicyError for a policy that cannot be used.
   */
  static start(options: GatewayOptions): Promise<Gateway> {
    return new Promise((resolve) => {
      const gateway = new Gateway(options);
      gateway.#look();
      resolve(gateway);
    });
  }

  private constructor(options: GatewayOptions) {
    this.#options = options;
    const { config, container, pins, logger, connect } = options;
    this.#clock = container.get(Clock);
    this.#upstreams = prefixed(config).map(({ name, upstream, prefix }) => new Upstream(name, upstream, prefix, { clock: this.#clock, logger, pins, pass: config.pass, connect }));
  }

  /** The protocol's server for one client, not yet connected; the session ends with its connection. */
  sessionFor(caller: Caller): Server {
    if (this.#isClosed) throw new SettingsError('the gateway is closed and takes no more clients');
    const { container, config } = this.#options;
    const links = this.#spare.length > 0 ? this.#spare : this.#upstreams.map((upstream) => new UpstreamLink(upstream));
    this.#spare = [];
    const session = new ClientSession({ container, caller, pass: config.pass, clock: this.#clock, links, onEnd: (ended) => this.#sessions.delete(ended) });
    this.#sessions.add(session);
    return session.server;
  }

  /** How the servers are, in the order of the config. */
  status(): readonly UpstreamStatus[] {
    return this.#upstreams.map((upstream) => upstream.status());
  }

  /** Ends all sessions and servers. The container is its owner's to close. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...[...this.#sessions].map((session) => session.end()), ...this.#spare.map((link) => link.close())]);
    this.#spare = [];
  }

  #look(): void {
    this.#spare = this.#upstreams.map((upstream) => new UpstreamLink(upstream));
    for (const link of this.#spare) {
      new ToolShelf(link).tools().catch((error: unknown) => {
        link.upstream.log('warn', EnforceCoreError.is(error) ? error.message : `upstream "${link.upstream.name}" could not be looked at`);
      });
    }
  }
}

interface Prefixed {
  readonly name: string;
  readonly upstream: UpstreamConfig;
  readonly prefix: string;
}

/** Without a dot, so that no name can be read as two servers'. */
const prefixes = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

/** Every server with its prefix; throws as `Gateway.start` does. */
export function prefixed({ upstreams }: GatewayConfig): readonly Prefixed[] {
  const entries = Object.entries(upstreams);
  if (entries.length === 0) throw new SettingsError('a gateway needs at least one server; name one under "servers"');
  const all = entries.map(([name, upstream]) => ({ name, upstream, prefix: upstream.prefix ?? (entries.length === 1 ? '' : name) }));
  const seen = new Set<string>();
  for (const { name, prefix } of all) {
    if (prefix === '' ? all.length > 1 : !prefixes.test(prefix)) throw new SettingsError(`server "${name}" has a prefix that cannot be used; expected 1 to 32 letters, digits, _ or -`);
    // Policies do not tell capitals from small letters.
    if (seen.has(prefix.toLowerCase())) throw new SettingsError(`server "${name}" has the prefix of another server, so their tools could not be told apart`);
    seen.add(prefix.toLowerCase());
  }
  return all;
}
