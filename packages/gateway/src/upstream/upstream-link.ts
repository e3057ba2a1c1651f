import { Client, SdkHttpError, type JSONRPCRequest, type Notification, type Progress, type RequestId, type Result, type StandardSchemaV1 } from '@modelcontextprotocol/client';
import { AsyncLocalStorage } from 'node:async_hooks';
import { RestartPace } from './restart-pace.js';
import { runOutsideCalls } from './outside-calls.js';
import { gatewayError, upstreamError } from './upstream-errors.js';
import type { Upstream } from './upstream.js';

/** What a session does with what a server begins by itself. */
export interface LinkListener {
  onRequest(link: UpstreamLink, request: JSONRPCRequest, signal: AbortSignal): Promise<Result>;
  onNotification(link: UpstreamLink, notification: Notification): Promise<void>;
  /** The server was lost and is there again: it has forgotten what it was told. */
  onRestart(link: UpstreamLink): void;
}

/** A client's request that a server works on. */
export interface UnderWay {
  readonly id: RequestId;
  /** Runs code as part of the call that was made for it. */
  readonly inside: <T>(body: () => T) => T;
}

export interface AskOptions {
  /** The connection that it is meant for; on a later one it is not asked. */
  readonly generation?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onprogress?: ((progress: Progress) => void) | undefined;
}

export type Answer = Readonly<Record<string, unknown>>;

/** One session's connection to one server: made when it is first needed, and again after it was lost. Never shared between sessions. */
export class UpstreamLink {
  readonly upstream: Upstream;
  listener: LinkListener | undefined;
  /** The client's requests that the server works on, the latest last. */
  readonly underWay: UnderWay[] = [];
  /** Of connections that this session lost: another session's server is another child. */
  readonly #pace: RestartPace;
  #client: Client | undefined;
  #opening: Promise<Client> | undefined;
  /** The one that is being connected. */
  #coming: Client | undefined;
  #readyAt = 0;
  #isClosed = false;
  #wasLost = false;
  /** Another with each connection, and with its loss: what was learned on an earlier one may not hold any more. */
  generation = 0;

  constructor(upstream: Upstream) {
    this.upstream = upstream;
    this.#pace = new RestartPace(upstream.parts.clock);
  }

  /** Asks the server. @throws UpstreamRefusal for the server's own error; EnforceCoreError `GATEWAY` when there is no answer. */
  async ask(method: string, params: Answer, { signal, onprogress, generation }: AskOptions = {}): Promise<Answer> {
    const client = await this.#ready();
    const { name, timeoutMs } = this.upstream;
    if (generation !== undefined && generation !== this.generation) throw gatewayError(`upstream "${name}" was started anew in the meantime, and was not asked; ask again`);
    try {
      return await runOutsideCalls(() =>
        client.request({ method, params }, anyObject, { timeout: timeoutMs, ...(signal !== undefined && { signal }), ...(onprogress !== undefined && { onprogress }) }),
      );
    } catch (error) {
      if (isGone(error)) this.#drop(client);
      throw upstreamError(name, method, error);
    }
  }

  /** Asks on behalf of a client's request: what the server asks meanwhile is taken to be about it. */
  async askFor(id: RequestId, method: string, params: Answer, options?: AskOptions): Promise<Answer> {
    const asked = { id, inside: AsyncLocalStorage.snapshot() };
    this.underWay.push(asked);
    try {
      return await this.ask(method, params, options);
    } finally {
      this.underWay.splice(this.underWay.indexOf(asked), 1);
    }
  }

  /** Tells the server something, if it is there; one that is not will be told nothing when it comes. */
  async tell(notification: Notification): Promise<void> {
    await runOutsideCalls(() => this.#client?.notification(notification));
  }

  /** Connects, unless it is connected. */
  async open(): Promise<void> {
    await this.#ready();
  }

  /** What the server said that it has. */
  async offers(capability: 'tools' | 'resources' | 'prompts' | 'completions' | 'logging'): Promise<boolean> {
    return (await this.#ready()).getServerCapabilities()?.[capability] !== undefined;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const client = this.#client ?? this.#coming;
    if (client === undefined) return;
    this.#client = undefined;
    this.#coming = undefined;
    // What cannot be closed properly is gone as well.
    await client.close().catch(() => undefined);
  }

  #ready(): Promise<Client> {
    if (this.#isClosed) return Promise.reject(gatewayError(`the session with upstream "${this.upstream.name}" is over`));
    if (this.#client !== undefined) return Promise.resolve(this.#client);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<Client> {
    await this.#rest();
    const { upstream } = this;
    if (this.#isClosed) throw gatewayError(`the session with upstream "${upstream.name}" is over`);
    const client = new Client({ name: 'enforcecore-gateway', version: '0.1.0' }, { capabilities: upstream.capabilities });
    client.fallbackRequestHandler = (request, ctx) => this.#onRequest(request, ctx.mcpReq.signal);
    client.fallbackNotificationHandler = (notification) => this.listener?.onNotification(this, notification) ?? Promise.resolve();
    client.onclose = () => this.#lost(client);
    this.#coming = client;
    try {
      await runOutsideCalls(() => client.connect(upstream.transport(), { timeout: upstream.startTimeoutMs }));
    } catch (error) {
      // Closed in the meantime, it did not fail.
      if (this.#coming === client) this.#failed(upstream.pace, 0);
      await client.close().catch(() => undefined);
      throw gatewayError(`upstream "${upstream.name}" could not be started; look at its command or address, and at what it writes to stderr when run by hand`, error);
    } finally {
      this.#coming = undefined;
    }
    this.#became(client);
    return client;
  }

  /** Waits until the server may be started again, or refuses at once when it is down. */
  async #rest(): Promise<void> {
    const { name, parts } = this.upstream;
    const pace = this.#pace.waitMs > this.upstream.pace.waitMs ? this.#pace : this.upstream.pace;
    const { waitMs } = pace;
    if (waitMs === 0) return;
    if (pace.isDown) throw gatewayError(`upstream "${name}" is down after it failed again and again; it is tried again in ${Math.ceil(waitMs / 1_000)} s`);
    await new Promise<void>((resolve) => {
      parts.clock.schedule(waitMs, resolve);
    });
  }

  #became(client: Client): void {
    this.#client = client;
    this.generation += 1;
    this.#readyAt = this.upstream.parts.clock.monotonic();
    this.upstream.wasReady = true;
    this.upstream.pace.servedWell();
    if (this.#wasLost) this.listener?.onRestart(this);
    this.#wasLost = false;
  }

  /** Over HTTP nothing closes when a server goes: it is noticed by asking it. */
  #drop(client: Client): void {
    this.#lost(client);
    client.close().catch(() => undefined);
  }

  #lost(client: Client): void {
    if (this.#client !== client || this.#isClosed) return;
    this.#client = undefined;
    this.#wasLost = true;
    this.generation += 1;
    this.#failed(this.#pace, this.upstream.parts.clock.monotonic() - this.#readyAt);
    this.upstream.log('warn', `upstream "${this.upstream.name}" ended; it is started again when it is needed`);
  }

  #failed(pace: RestartPace, livedMs: number): void {
    this.upstream.restarts += 1;
    pace.failed(livedMs);
  }

  #onRequest(request: JSONRPCRequest, signal: AbortSignal): Promise<Result> {
    if (this.listener === undefined) return Promise.reject(new Error('no client yet'));
    return this.listener.onRequest(this, request, signal);
  }
}

/** `fetch` reached nobody, or the server does not know the session any more (streamable HTTP, "Session Management"). */
function isGone(error: unknown): boolean {
  if (error instanceof SdkHttpError) return error.status === 404;
  // Made by fetch itself, which has classes of its own in some hosts: told by its words.
  return typeof error === 'object' && error !== null && 'message' in error && error.message === 'fetch failed';
}

/** Answers are checked after they were cleaned, by who asked. */
const anyObject: StandardSchemaV1<unknown, Answer> = {
  '~standard': {
    version: 1,
    vendor: 'enforcecore',
    validate: (value) => (typeof value === 'object' && value !== null ? { value: { ...value } } : { issues: [{ message: 'expected an object' }] }),
  },
};
