/** Whose calls a trip stops. */
export type TripScope =
  | { readonly of: 'all' }
  | { readonly of: 'tool' | 'agent' | 'tenant' | 'session'; readonly name: string };

/** What tripped the switch, and what it takes to let calls through again. */
export interface Trip {
  /** One for each trip, so that news of it that comes twice is known. */
  readonly id: string;
  readonly scope: TripScope;
  readonly reason: string;
  /** Who or what: `hand`, `rule:<name>`, `signal:SIGUSR2`, `cli:<user>`. */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** After this long, `trialCalls` calls are let through one at a time; `undefined`: until it is reset. */
  readonly recoverAfterMs: number | undefined;
  readonly trialCalls: number;
}

/** What became of a switch, for the trail and for other processes. */
export type SwitchEvent =
  | { readonly kind: 'tripped'; readonly trip: Trip }
  | {
      readonly kind: 'reset';
      readonly scope: TripScope;
      readonly by: string;
      readonly at: number;
      readonly reason: string;
      /** The one trip that ended; without it, every trip of the scope that is not newer. */
      readonly tripId?: string | undefined;
    };
