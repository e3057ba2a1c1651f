import type { KillSwitch, Logger, LogLevel, SwitchEvent, Trip } from '@enforcecore/core';
import { openConnection, shownPlace, type RedisClient, type RedisSource } from './connection.js';
import { Deadlines } from './deadlines.js';
import { withoutSecrets } from './errors.js';
import { Keys } from './keys.js';
import { nameOf, readMessage, SwitchRecord, timeOf, UnreadableSwitch } from './switch-record.js';

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
/** The record forgets ends after 30 days: nobody puts back what it is about to forget. */
const oldestEndMs = 29 * 24 * 3_600_000;
const by = 'redis';

/**
 * Ties the kill switch of one process to those of the others: what is decided here is published, what comes from elsewhere
 * is applied. A message is a hint: a trip in it is applied at once, a reset only after the record was read. Start it with `start`, end it with `close`.
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
  #version: string | undefined;
  #heardAt = performance.now();
  #isAsking = false;
  #asksAgain = false;
  #isClosed = false;
  #closing: Promise<void> | undefined;
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
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
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
    const known = this.#shared.get(name);
    // What the server still has may be older than what it has not heard yet.
    if (known !== undefined && timeOf(known) > timeOf(event)) return;
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
      if (event !== undefined) await this.#deadlines.within(this.#record.publish(event));
      if (this.#shared.get(name) === event) this.#unsent.delete(name);
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
      const event = readMessage(message);
      // INVARIANT: whoever may publish may stop calls. To let them go on takes the record.
      if (event.kind === 'tripped') this.#apply(event);
      void this.#ask();
    } catch (error) {
      if (this.#saidHostile) return;
      this.#saidHostile = true;
      this.#log('warn', `a message on the kill switch's channel was ignored: ${withoutSecrets(error).message}`);
    }
  }

  async #ask(): Promise<void> {
    this.#asksAgain = this.#isAsking;
    if (this.#isAsking || this.#isClosed) return;
    this.#isAsking = true;
    try {
      const { version, events } = await this.#deadlines.within(this.#record.read(this.#version));
      if (events !== undefined) this.#takeRecord(events);
      this.#version = version;
      this.#understood();
      await this.#publish();
    } catch (error) {
      if (error instanceof UnreadableSwitch) this.#notUnderstood(error);
      else this.#silent(error);
    } finally {
      this.#isAsking = false;
    }
    // Something was said meanwhile, perhaps after the record was read.
    if (this.#asksAgain) void this.#ask();
  }

  /** Applies what stands there, and puts back what does not stand there any more: that something is gone is no reset. */
  #takeRecord(events: readonly SwitchEvent[]): void {
    for (const event of events) this.#apply(event);
    const recorded = new Map(events.map((event) => [nameOf(event), timeOf(event)]));
    let isLost = false;
    for (const [name, event] of this.#shared) {
      if (this.#unsent.has(name) || (recorded.get(name) ?? -1) >= timeOf(event) || !this.#isWorthKeeping(event)) continue;
      this.#unsent.add(name);
      isLost = true;
    }
    if (isLost) this.#log('warn', 'the server had lost the kill switch, or a part of it; what this process knows of it is put back');
  }

  #isWorthKeeping(event: SwitchEvent): boolean {
    return event.kind === 'tripped' ? this.#switch.isInForce(event.trip) : Date.now() - event.at < oldestEndMs;
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
