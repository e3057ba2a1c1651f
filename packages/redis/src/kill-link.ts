import type { KillSwitch, Logger, LogLevel, SwitchEvent, Trip } from '@enforcecore/core';
import { openConnection, shownPlace, type RedisClient, type RedisSource } from './connection.js';
import { Deadlines } from './deadlines.js';
import { withoutSecrets } from './errors.js';
import { Keys } from './keys.js';
import { nameOf, readMessage, SwitchRecord, UnreadableSwitch } from './switch-record.js';

export interface RedisKillSwitchLinkOptions extends RedisSource {
  /** As in RedisLimitStoreOptions. */
  readonly prefix?: string | undefined;
  readonly timeoutMs?: number | undefined;
  readonly logger?: Logger | undefined;
  /** How often the server is asked, for messages that were lost; 1,000 by default. */
  readonly pollMs?: number | undefined;
  /** Silence that is told to the log, once; 5,000 by default. */
  readonly maxSilenceMs?: number | undefined;
  /** After such a silence: `go_on` with what is known, by default, or `trip` this process's switch until the server is back. */
  readonly whenSilent?: 'go_on' | 'trip' | undefined;
}

/** More shared events than a switch keeps trips; the oldest are forgotten. */
const mostShared = 4_000;
const by = 'redis';

/**
 * Ties the kill switch of one process to those of the others: what is decided here is published, what comes from elsewhere
 * is applied, by message at once and by asking soon after. Start it with `start`, end it with `close`.
 */
export class RedisKillSwitchLink {
  readonly #switch: KillSwitch;
  readonly #options: RedisKillSwitchLinkOptions;
  readonly #channel: string;
  readonly #place: string;
  readonly #client: RedisClient;
  readonly #subscriber: RedisClient;
  readonly #record: SwitchRecord;
  readonly #deadlines: Deadlines;
  /** Latest events that others know or have to hear of, by their names: what a server that lost them is given back. */
  readonly #shared = new Map<string, SwitchEvent>();
  readonly #unsent = new Set<string>();
  #unlisten: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #version = -1;
  #heardAt = performance.now();
  #isAsking = false;
  #isClosed = false;
  /** Trips of this process alone, for as long as their cause lasts. */
  #silence: Trip | undefined;
  #unreadable: Trip | undefined;
  #saidSilent = false;
  #saidHostile = false;

  constructor(killSwitch: KillSwitch, options: RedisKillSwitchLinkOptions) {
    const { prefix, timeoutMs = 250 } = options;
    this.#switch = killSwitch;
    this.#options = options;
    this.#channel = new Keys(prefix).kill;
    this.#client = openConnection(options, timeoutMs);
    this.#subscriber = openConnection(options, timeoutMs);
    this.#place = shownPlace(this.#client);
    this.#record = new SwitchRecord(this.#client, this.#channel);
    this.#deadlines = new Deadlines({ monotonic: () => performance.now() }, timeoutMs);
  }

  start(): this {
    this.#unlisten = this.#switch.onChange((event, isOwn) => {
      if (isOwn) this.#tell(event);
    });
    const ignored = (): void => undefined;
    this.#client.on('error', ignored).on('ready', () => void this.#ask());
    // What was said while nobody listened is asked for.
    this.#subscriber.on('error', ignored).on('ready', () => void this.#listen());
    this.#subscriber.on('message', (_channel: string, message: string) => {
      this.#heard(message);
    });
    this.#client.connect().catch(ignored);
    this.#subscriber.connect().catch(ignored);
    // Not the container's clock: its timers hold the process.
    this.#timer = setInterval(() => void this.#ask(), this.#options.pollMs ?? 1_000).unref();
    return this;
  }

  /** Publishes what is still to be told, if the server answers. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#unlisten?.();
    await this.#publish().catch(() => undefined); // safe: the server is away, and there is nobody left to try again
    this.#client.disconnect();
    this.#subscriber.disconnect();
  }

  #tell(event: SwitchEvent): void {
    this.#keep(event, true);
    this.#publish().catch(() => undefined); // safe: it is told again with the next poll
  }

  #keep(event: SwitchEvent, isUnsent: boolean): void {
    const name = nameOf(event);
    this.#shared.delete(name);
    this.#shared.set(name, event);
    if (isUnsent) this.#unsent.add(name);
    if (this.#shared.size <= mostShared) return;
    const [oldest = ''] = this.#shared.keys();
    this.#shared.delete(oldest);
    this.#unsent.delete(oldest);
  }

  async #publish(): Promise<void> {
    for (const name of [...this.#unsent]) {
      const event = this.#shared.get(name);
      this.#unsent.delete(name);
      if (event === undefined) continue;
      try {
        await this.#deadlines.within(this.#record.publish(event));
      } catch (error) {
        this.#unsent.add(name);
        throw error;
      }
    }
  }

  async #listen(): Promise<void> {
    try {
      await this.#subscriber.subscribe(this.#channel);
    } catch {
      // Safe to go on: the poll brings what messages do not.
    }
    await this.#ask();
  }

  #heard(message: string): void {
    try {
      const { version, event } = readMessage(message);
      this.#apply(event);
      if (version === this.#version + 1) this.#version = version;
    } catch (error) {
      if (this.#saidHostile) return;
      this.#saidHostile = true;
      this.#log('warn', `a message on the kill switch's channel was ignored: ${withoutSecrets(error).message}`);
    }
  }

  async #ask(): Promise<void> {
    if (this.#isAsking || this.#isClosed) return;
    this.#isAsking = true;
    try {
      const { version, events } = await this.#deadlines.within(this.#record.read(this.#version));
      if (version < this.#version) this.#putBack();
      for (const event of events ?? []) this.#apply(event);
      this.#version = version;
      this.#understood();
      await this.#publish();
    } catch (error) {
      if (error instanceof UnreadableSwitch) this.#notUnderstood(error);
      else this.#silent(error);
    } finally {
      this.#isAsking = false;
    }
  }

  /** The server was started anew and knows less: that something is gone is no reset. */
  #putBack(): void {
    for (const name of this.#shared.keys()) this.#unsent.add(name);
    this.#log('warn', 'the server had lost the kill switch; what this process knows of it is put back');
  }

  #apply(event: SwitchEvent): void {
    this.#keep(event, false);
    // INVARIANT: what is applied is told to listeners as not this process's own, so nothing comes back as an echo.
    this.#switch.apply(event);
  }

  #understood(): void {
    this.#heardAt = performance.now();
    this.#saidSilent = false;
    if (this.#silence !== undefined) this.#switch.lift(this.#silence, by, 'the server answers again');
    if (this.#unreadable !== undefined) this.#switch.lift(this.#unreadable, by, 'the shared kill switch can be read again');
    this.#silence = undefined;
    this.#unreadable = undefined;
  }

  /** Fail closed: a trip may stand there that cannot be read. */
  #notUnderstood(error: UnreadableSwitch): void {
    if (this.#unreadable !== undefined && this.#switch.isInForce(this.#unreadable)) return;
    this.#log('error', `the shared kill switch cannot be read, so all calls are stopped: ${error.message}`);
    this.#unreadable = this.#switch.trip('the shared kill switch in Redis cannot be read', { by, isLocal: true });
  }

  #silent(error: unknown): void {
    const { maxSilenceMs = 5_000, whenSilent } = this.#options;
    if (performance.now() - this.#heardAt < maxSilenceMs || this.#saidSilent || this.#isClosed) return;
    this.#saidSilent = true;
    this.#log('error', `no word of the shared kill switch for ${String(maxSilenceMs)} ms (${withoutSecrets(error).message}): trips of others are not heard of`);
    if (whenSilent === 'trip') this.#silence = this.#switch.trip('the shared kill switch in Redis cannot be asked', { by, isLocal: true });
  }

  #log(level: LogLevel, message: string): void {
    try {
      this.#options.logger?.log(level, `${message} (${this.#place})`, { store: 'redis' });
    } catch {
      // Safe to go on: diagnostics decide nothing.
    }
  }
}
