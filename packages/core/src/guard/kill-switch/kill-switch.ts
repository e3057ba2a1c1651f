import { randomUUID } from 'node:crypto';
import type { Call } from '../../call.js';
import type { Clock } from '../../time/clock.js';
import { SystemClock } from '../../time/system-clock.js';
import { killed } from './killed.js';
import { cleanBy, cleanReason, readScope, readSwitchEvent, readTrialCalls, readNow, readWait, scopeKey } from './switch-event.js';
import { Trial } from './trial.js';
import { mostTrips, TripBook, type OpenTrip } from './trip-book.js';
import type { SwitchEvent, Trip, TripScope } from './trip.js';

export interface TripOptions {
  /** Whose calls stop; all by default. */
  readonly scope?: TripScope | undefined;
  /** Who or what trips it; `hand` by default. */
  readonly by?: string | undefined;
  /** After so many milliseconds trial calls are let through; without it the trip lasts until it is reset. */
  readonly recoverAfterMs?: number | undefined;
  /** So many of them have to go well, one at a time; 1 by default. */
  readonly trialCalls?: number | undefined;
  /** Concerns this process only: others are not told. */
  readonly isLocal?: boolean | undefined;
}

export interface ResetOptions {
  /** Whose calls go on; `all` by default, which leaves the trips of single tools, agents, tenants and sessions. */
  readonly scope?: TripScope | undefined;
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

/** What trips are told apart by. Tool names are canonical. */
export type Stoppable = Pick<Call, 'tool' | 'agent' | 'tenant' | 'session'>;

/** @param isOwn decided in this process, for others to be told; not what came from elsewhere, nor a recovery, which each process tries for itself */
export type SwitchListener = (event: SwitchEvent, isOwn: boolean) => void;

const all: TripScope = Object.freeze({ of: 'all' });

/** Stops calls, all of them or those of one tool, agent, tenant or session, from the next one on; running ones are aborted. */
export class KillSwitch {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly #book = new TripBook();
  readonly #listeners = new Set<SwitchListener>();

  constructor(clock: Pick<Clock, 'now' | 'monotonic'> = new SystemClock()) {
    this.#clock = clock;
  }

  /** @throws GuardError for a scope or a time that is none; nothing is tripped then. */
  trip(reason: string, options?: TripOptions | null): Trip {
    return this.#tripAs(reason, options ?? {});
  }

  #tripAs(reason: string, options: TripOptions): Trip {
    const trip = this.#book.inOrder({
      id: randomUUID(),
      scope: readScope(options.scope ?? all),
      reason: cleanReason(reason),
      by: cleanBy(options.by ?? 'hand'),
      at: this.#now(),
      recoverAfterMs: readWait(options.recoverAfterMs),
      trialCalls: readTrialCalls(options.trialCalls),
    });
    this.#take(trip, options.isLocal !== true);
    return trip;
  }

  /** Ends every trip of the scope, whoever made it. */
  reset(options?: ResetOptions | null): void {
    const { scope = all, by = 'hand', reason = '' } = options ?? {};
    const whose = readScope(scope);
    const at = this.#book.timeOfReset(whose, this.#now());
    this.#end({ kind: 'reset', scope: whose, by: cleanBy(by), at, reason: cleanReason(reason) }, true);
  }

  /**
   * Ends one trip and leaves the others of its scope; only this process hears of it.
   *
   * @param mayReturn whether news of the same trip trips again
   */
  lift({ id, scope }: Trip, by: string, reason: string, mayReturn = false): void {
    this.#end({ kind: 'reset', scope, by: cleanBy(by), at: this.#now(), reason: cleanReason(reason), tripId: id }, false, mayReturn);
  }

  /**
   * News from a file or another process. May come twice and in any order: older news never undoes newer.
   *
   * @throws GuardError for what is no event.
   */
  apply(event: SwitchEvent): void {
    const news = readSwitchEvent(event);
    if (news.kind === 'tripped') this.#take(news.trip, false);
    else this.#end(news, false);
  }

  /** Whether nothing at all is tripped. */
  get isIdle(): boolean {
    return this.#book.size === 0;
  }

  /** Whether all calls are stopped; trial calls may be let through. */
  get isTripped(): boolean {
    return this.#book.of('all').length > 0;
  }

  /** Why all calls are stopped. */
  get reason(): string | undefined {
    return firstOf(this.#book.of('all'))?.trip.reason;
  }

  /** The trips in force, of every scope. */
  get trips(): readonly Trip[] {
    return this.#book.open.map(({ trip }) => trip);
  }

  /** What it takes to bring another switch to the same state: `apply` each of them. */
  get events(): readonly SwitchEvent[] {
    return [...this.#book.resets, ...this.trips.map((trip) => ({ kind: 'tripped', trip }) as const)];
  }

  /** The trip that concerns such calls, also while trial calls are let through. */
  tripFor(who: Stoppable): Trip | undefined {
    return this.#book.size === 0 ? undefined : firstOf(this.#concerning(who))?.trip;
  }

  /**
   * Whether a trip of exactly this scope, made by exactly that one, lets no call through yet.
   *
   * @param recovers whether one that ends by itself will do
   */
  isHeldBy(scope: TripScope, by: string, recovers: boolean): boolean {
    const now = this.#ticks();
    const who = cleanBy(by);
    return this.#book.of(scopeKey(scope)).some((open) => open.trip.by === who && (recovers || open.dueAt === undefined) && isClosed(open, now));
  }

  /** A trip that came after the call had been let through. */
  stopping(who: Stoppable, trial: Trial | undefined): Trip | undefined {
    return this.#concerning(who).find((open) => trial?.hasPassed(open) !== true)?.trip;
  }

  /** Whether any trip of exactly this scope has not ended. */
  isStopped(scope: TripScope): boolean {
    return this.#book.size > 0 && this.#book.of(scopeKey(scope)).length > 0;
  }

  /** Whether a trip has not ended. */
  isInForce({ id, scope }: Trip): boolean {
    return this.#book.size > 0 && this.#book.has(id, scope);
  }

  /**
   * Lets a call pass, as a trial where trips wait for one; the trial has to be told how the call ended.
   *
   * @throws ResourceLimitError `KILL_SWITCH` for a call that is stopped.
   */
  check(call: Call): Trial | undefined {
    return this.#book.size === 0 ? undefined : this.#admit(call);
  }

  /** The returned function takes the listener back. What a listener throws is dropped: the switch is turned already. */
  onChange(listener: SwitchListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #admit(call: Call): Trial | undefined {
    const concerning = this.#concerning(call);
    if (concerning.length === 0) return undefined;
    const now = this.#ticks();
    const closed = concerning.find((open) => isClosed(open, now));
    if (closed !== undefined) throw killed(call.tool, call.policyName, closed.trip);
    const busy = concerning.find(({ trial }) => trial !== undefined && !trial.has(call.parentId ?? ''));
    if (busy !== undefined) throw killed(call.tool, call.policyName, busy.trip, '; one call at a time tries whether it is over');
    return new Trial(call.id, concerning, (entry, wentWell) => {
      this.#tried(entry, wentWell);
    });
  }

  #concerning({ tool, agent, tenant, session }: Stoppable): readonly OpenTrip[] {
    const book = this.#book;
    const found = [...book.of('all'), ...book.of(`tool\0${tool}`)];
    if (agent !== undefined) found.push(...book.of(`agent\0${agent}`));
    if (tenant !== undefined) found.push(...book.of(`tenant\0${tenant}`));
    if (session !== undefined) found.push(...book.of(`session\0${session}`));
    return found;
  }

  #tried(entry: OpenTrip, wentWell: boolean): void {
    const { trip } = entry;
    if (!this.isInForce(trip)) return;
    if (!wentWell) {
      const reason = cleanReason(`a trial call did not go well; ${trip.reason.replace(/^a trial call did not go well; /, '')}`);
      // Each process tries for itself: what does not go well here says nothing of the others.
      this.#take(this.#book.inOrder({ ...trip, id: randomUUID(), at: this.#now(), reason }), false);
      return;
    }
    entry.wentWell += 1;
    if (entry.wentWell >= trip.trialCalls) this.lift(trip, 'recovery', `${String(trip.trialCalls)} trial calls went well`);
  }

  #take(trip: Trip, isOwn: boolean): void {
    const change = this.#book.trip(trip, this.#dueAt(trip));
    if (change === 'changed') this.#tell({ kind: 'tripped', trip }, isOwn);
    if (change !== 'full') return;
    // Fail closed: what cannot be told apart any more is stopped together.
    const reason = `more than ${String(mostTrips)} trips at the same time`;
    const whole = this.#book.inOrder({ id: randomUUID(), scope: all, reason, by: 'full', at: trip.at, recoverAfterMs: undefined, trialCalls: 1 });
    if (this.#book.trip(whole, undefined, true) === 'changed') this.#tell({ kind: 'tripped', trip: whole }, isOwn);
  }

  /** Counted from when it happened, as far as the clocks of two hosts agree; never longer than asked for. */
  #dueAt({ recoverAfterMs, at }: Trip): number | undefined {
    if (recoverAfterMs === undefined) return undefined;
    const ago = Math.max(0, this.#now() - at);
    return this.#ticks() + Math.max(0, recoverAfterMs - ago);
  }

  #now(): number {
    return readNow(() => this.#clock.now());
  }

  /** Not a number where the clock gives no time: nothing is over then. */
  #ticks(): number {
    try {
      const now = this.#clock.monotonic();
      return now <= Number.MAX_SAFE_INTEGER ? now : Number.NaN;
    } catch {
      // Safe to go on: a trip is never due at such a time.
      return Number.NaN;
    }
  }

  #end(event: SwitchEvent & { readonly kind: 'reset' }, isOwn: boolean, mayReturn = false): void {
    const change = this.#book.reset(event, mayReturn);
    // Other processes may have trips that are not known here.
    if (change === 'changed' || (isOwn && event.tripId === undefined)) this.#tell(event, isOwn);
  }

  #tell(event: SwitchEvent, isOwn: boolean): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event, isOwn);
      } catch {
        // Safe to go on: the switch is turned, and the others have to hear of it.
      }
    }
  }
}

/** Fail closed: a clock that gives no time brings no trip to its end. */
function isClosed({ dueAt }: OpenTrip, now: number): boolean {
  return dueAt === undefined || !(now >= dueAt);
}

function firstOf(open: readonly OpenTrip[]): OpenTrip | undefined {
  return open.find(({ dueAt }) => dueAt === undefined) ?? open[0];
}
