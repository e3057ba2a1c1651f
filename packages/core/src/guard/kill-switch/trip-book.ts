import type { SwitchEvent, Trip, TripScope } from './trip.js';
import { scopeKey } from './switch-event.js';

/** A trip that is in force, and how far its recovery has come. */
export interface OpenTrip {
  readonly trip: Trip;
  /** By the monotonic clock; `undefined` for a trip that only a person resets. */
  readonly dueAt: number | undefined;
  /** Trial calls that went well. */
  wentWell: number;
  /** Ids of the trial call that is under way, and of calls made inside it. */
  trial: Set<string> | undefined;
}

/** More trips than that at the same time stop all calls. */
export const mostTrips = 1_000;

/**
 * The trips that are in force. Events may come twice and in any order: the same ones leave the same trips.
 *
 * INVARIANT: a reset ends the trips of its scope that are not newer than it, and keeps those out that come late.
 */
export class TripBook {
  readonly #byScope = new Map<string, OpenTrip[]>();
  readonly #resets = new Map<string, SwitchEvent & { readonly kind: 'reset' }>();
  /** Trips that ended one by one, so that old news does not bring them back. */
  readonly #ended = new Set<string>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get open(): readonly OpenTrip[] {
    return [...this.#byScope.values()].flat();
  }

  /** Latest resets by scope. */
  get resets(): readonly (SwitchEvent & { readonly kind: 'reset' })[] {
    return [...this.#resets.values()];
  }

  of(key: string): readonly OpenTrip[] {
    return this.#byScope.get(key) ?? [];
  }

  has(id: string, scope: TripScope): boolean {
    return this.of(scopeKey(scope)).some(({ trip }) => trip.id === id);
  }

  /** The trip at a time that is later than what it has to be later than, whatever the clocks of other hosts said. */
  inOrder(trip: Trip): Trip {
    const key = scopeKey(trip.scope);
    const before = this.of(key).find((other) => isSameKind(other.trip, trip))?.trip.at ?? -1;
    return { ...trip, at: Math.max(trip.at, (this.#resets.get(key)?.at ?? -1) + 1, before + 1) };
  }

  /** A time that no trip of the scope is later than. */
  timeOfReset(scope: TripScope, nowMs: number): number {
    return Math.max(nowMs, ...this.of(scopeKey(scope)).map(({ trip }) => trip.at));
  }

  /**
   * @param isLast taken also where there is no room
   * @returns what changed: nothing, where the event is old or known, or there is no room for it
   */
  trip(trip: Trip, dueAt: number | undefined, isLast = false): 'changed' | 'known' | 'full' {
    const key = scopeKey(trip.scope);
    const open = this.#byScope.get(key) ?? [];
    if (this.#ended.has(endedKey(trip.id, key)) || trip.at <= (this.#resets.get(key)?.at ?? -1)) return 'known';
    // One of each who: news of the same kind from the same place takes the place of the older one.
    const same = open.findIndex((other) => isSameKind(other.trip, trip));
    const before = open[same];
    if (before !== undefined && !isNewer(trip, before.trip)) return 'known';
    if (before === undefined && this.#size >= mostTrips && !isLast) return 'full';
    const entry: OpenTrip = { trip, dueAt, wentWell: 0, trial: undefined };
    if (before === undefined) this.#put(key, [...open, entry]);
    else this.#put(key, open.with(same, entry));
    return 'changed';
  }

  reset(event: SwitchEvent & { readonly kind: 'reset' }, mayReturn: boolean): 'changed' | 'known' {
    const key = scopeKey(event.scope);
    const open = this.of(key);
    if (event.tripId !== undefined) {
      const ended = endedKey(event.tripId, key);
      if (this.#ended.has(ended)) return 'known';
      if (!mayReturn) remember(this.#ended, ended);
      const left = open.filter(({ trip }) => trip.id !== event.tripId);
      this.#put(key, left);
      return left.length < open.length ? 'changed' : 'known';
    }
    const before = this.#resets.get(key);
    if (before !== undefined && before.at >= event.at) return 'known';
    this.#resets.delete(key);
    if (this.#resets.size >= mostTrips) this.#resets.delete(firstOf(this.#resets.keys()) ?? '');
    this.#resets.set(key, event);
    const left = open.filter(({ trip }) => trip.at > event.at);
    this.#put(key, left);
    return left.length < open.length ? 'changed' : 'known';
  }

  #put(key: string, open: OpenTrip[]): void {
    this.#size += open.length - this.of(key).length;
    if (open.length === 0) this.#byScope.delete(key);
    else this.#byScope.set(key, open);
  }
}

function isSameKind(a: Trip, b: Trip): boolean {
  return a.by === b.by && (a.recoverAfterMs === undefined) === (b.recoverAfterMs === undefined);
}

/** Whoever writes events may give two trips one id. */
function endedKey(id: string, scope: string): string {
  return `${id}\0${scope}`;
}

/** Of two at the same time one counts, the same one everywhere. */
function isNewer(a: Trip, b: Trip): boolean {
  return a.at > b.at || (a.at === b.at && a.id > b.id);
}

/** Old ids go first: the worst that comes of one that is forgotten is a trip that is told again. */
function remember(ids: Set<string>, id: string): void {
  if (ids.size >= 4 * mostTrips) ids.delete(firstOf(ids) ?? '');
  ids.add(id);
}

function firstOf(all: Iterable<string>): string | undefined {
  for (const first of all) return first;
  return undefined;
}
