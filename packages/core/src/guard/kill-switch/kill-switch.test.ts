import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Call } from '../../call.js';
import { GuardError } from '../../errors.js';
import { makeCall, type CallDescription } from '../../pipeline/make-call.js';
import { FakeClock } from '../../testing/fake-clock.js';
import { KillSwitch } from './kill-switch.js';
import { mostTrips } from './trip-book.js';
import type { SwitchEvent, Trip, TripScope } from './trip.js';

const call = (description: Partial<CallDescription> = {}): Call => makeCall({ name: 'p', digest: 'd' }, { tool: 'search', ...description });
const switchAt = (clock = new FakeClock()): KillSwitch => new KillSwitch(clock);
const killed = { code: 'KILL_SWITCH', violationType: 'kill_switch' };

function refusal(body: () => unknown): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  return undefined;
}

function tripped(id: string, at: number, scope: TripScope = { of: 'all' }, more: Partial<Trip> = {}): SwitchEvent {
  return { kind: 'tripped', trip: { id, scope, reason: id, by: 'cli:a', at, recoverAfterMs: undefined, trialCalls: 1, ...more } };
}

const reset = (at: number, scope: TripScope = { of: 'all' }): SwitchEvent => ({ kind: 'reset', scope, by: 'cli:a', at, reason: 'over' });

describe('a kill switch', () => {
  it('stops every call from the trip on, and none after the reset', () => {
    const killSwitch = switchAt();
    killSwitch.trip('an incident');

    expect(refusal(() => killSwitch.check(call()))).toMatchObject({ ...killed, reason: 'the kill switch is tripped: an incident', toolName: 'search' });
    killSwitch.reset();
    expect(refusal(() => killSwitch.check(call()))).toBeUndefined();
    expect(killSwitch.isTripped).toBe(false);
  });

  it.each([
    [{ of: 'tool', name: 'SEARCH' }, { tool: 'search' }, { tool: 'other' }],
    [{ of: 'tenant', name: 'acme' }, { tenant: 'acme' }, { tenant: 'ACME' }],
    [{ of: 'agent', name: 'a' }, { agent: 'a' }, { session: 'a' }],
    [{ of: 'session', name: '__proto__' }, { session: '__proto__' }, {}],
  ] as const)('stops calls of %j only', (scope, hit, miss) => {
    const killSwitch = switchAt();
    killSwitch.trip('x', { scope });

    expect(refusal(() => killSwitch.check(call(hit)))).toMatchObject(killed);
    expect(refusal(() => killSwitch.check(call(miss)))).toBeUndefined();
    expect(killSwitch.isTripped).toBe(false);
  });

  it('tells a tool from a tenant of the same name, and all from a tool called all', () => {
    const killSwitch = switchAt();
    killSwitch.trip('x', { scope: { of: 'tool', name: 'all' } });
    killSwitch.trip('x', { scope: { of: 'tenant', name: 'search' } });

    expect(refusal(() => killSwitch.check(call()))).toBeUndefined();
  });

  it('is not reset for a tenant by a reset for all', () => {
    const killSwitch = switchAt();
    killSwitch.trip('x', { scope: { of: 'tenant', name: 'acme' } });
    killSwitch.trip('y');
    killSwitch.reset();

    expect(refusal(() => killSwitch.check(call({ tenant: 'acme' })))).toMatchObject(killed);
    expect(refusal(() => killSwitch.check(call()))).toBeUndefined();
  });

  it.each([
    ['', 'no reason given'],
    ['a\nb\u0000c\u202Ed\uD800', 'a b c d'],
    ['x'.repeat(1_000_000), `${'x'.repeat(499)}…`],
    [undefined as unknown as string, 'no reason given'],
  ])('keeps of a reason one line of bounded length (%#)', (given, kept) => {
    const killSwitch = switchAt();

    expect(killSwitch.trip(given).reason).toBe(kept);
  });

  it.each([
    [{ scope: { of: 'everything' } }], [{ scope: { of: 'tenant', name: '' } }], [{ scope: { of: 'agent' } }],
    [{ recoverAfterMs: Number.NaN }], [{ recoverAfterMs: -1 }], [{ recoverAfterMs: Infinity }], [{ trialCalls: 0 }], [{ trialCalls: 1.5 }],
    [{ scope: { of: 'session', name: '\uD800' } }], [{ scope: { of: 'tenant', name: 'x'.repeat(300) } }],
  ])('refuses %j', (options) => {
    const killSwitch = switchAt();

    // Deliberately of the wrong type, as JavaScript lets it happen.
    expect(refusal(() => killSwitch.trip('x', options as object))).toBeInstanceOf(GuardError);
  });

  it('trips again in the same millisecond in which it was reset', () => {
    const killSwitch = switchAt();
    for (let i = 0; i < 3; i += 1) {
      killSwitch.trip(`number ${String(i)}`);
      expect(killSwitch.reason).toBe(`number ${String(i)}`);
      killSwitch.reset();
      expect(killSwitch.isTripped).toBe(false);
    }
  });

  it('stops all calls when there are more trips than it keeps', () => {
    const killSwitch = switchAt();
    for (let i = 0; i < mostTrips; i += 1) killSwitch.trip('x', { scope: { of: 'session', name: `s${String(i)}` } });
    expect(killSwitch.isTripped).toBe(false);

    for (let i = 0; i < 100; i += 1) killSwitch.trip('x', { scope: { of: 'session', name: `t${String(i)}` } });

    expect(killSwitch.isTripped).toBe(true);
    expect(killSwitch.trips).toHaveLength(mostTrips + 1);
  });

  it.each<[string, () => number]>([
    ['throws', () => { throw new Error('no clock'); }], ['is far ahead', () => 1e300], ['is at the end of time', () => 8.64e15], ['says nothing', () => Number.NaN],
  ])('turns and turns back also by a clock that %s, and at times that others can read', (_how, now) => {
    const killSwitch = new KillSwitch({ now, monotonic: now });
    const other = switchAt();
    killSwitch.onChange((event) => { other.apply(event); });
    for (let i = 0; i < 3; i += 1) {
      expect(() => new Date(killSwitch.trip('x', { recoverAfterMs: 5 }).at).toISOString()).not.toThrow();
      expect([killSwitch.isTripped, other.isTripped]).toEqual([true, true]);
      expect(refusal(() => killSwitch.check(call()))).toMatchObject(killed);
      killSwitch.reset();
      expect([killSwitch.isTripped, other.isTripped]).toEqual([false, false]);
    }
  });

  it('takes null for no options', () => {
    const killSwitch = switchAt();
    killSwitch.trip('x', null);
    expect(killSwitch.isTripped).toBe(true);
    killSwitch.reset(null);

    expect(killSwitch.isTripped).toBe(false);
  });

  it('goes on telling listeners when one of them throws, and tells none that left', () => {
    const killSwitch = switchAt();
    const told: string[] = [];
    killSwitch.onChange(() => { throw new Error('mine'); });
    const leave = killSwitch.onChange((event) => void told.push(event.kind));
    killSwitch.trip('x');
    leave();
    killSwitch.reset();

    expect(told).toEqual(['tripped']);
  });
});

describe('news from elsewhere', () => {
  it('is told once, however often it comes, and not as an event of this process', () => {
    const killSwitch = switchAt();
    const told: [string, boolean][] = [];
    killSwitch.onChange((event, isOwn) => void told.push([event.kind, isOwn]));
    for (let i = 0; i < 3; i += 1) killSwitch.apply(tripped('t1', 10));
    killSwitch.trip('here');

    expect(told).toEqual([['tripped', false], ['tripped', true]]);
  });

  it('does not bring back what a later reset ended', () => {
    const killSwitch = switchAt();
    killSwitch.apply(reset(20));
    killSwitch.apply(tripped('t1', 10));

    expect(killSwitch.isTripped).toBe(false);
  });

  it('does not end what was tripped after the reset', () => {
    const killSwitch = switchAt();
    killSwitch.apply(tripped('t1', 30));
    killSwitch.apply(reset(20));

    expect(killSwitch.isTripped).toBe(true);
  });

  it('leaves the same trips in whatever order and however often it comes', () => {
    const scope = fc.constantFrom<TripScope>({ of: 'all' }, { of: 'tool', name: 'a' }, { of: 'tenant', name: 'a' });
    const event = fc.oneof(
      fc.tuple(fc.integer({ min: 0, max: 9 }), scope, fc.constantFrom('cli:a', 'rule:b'), fc.constantFrom(undefined, 50)).map(
        ([at, of, by, recoverAfterMs]) => tripped(`${String(at)}-${of.of}-${by}-${String(recoverAfterMs)}`, at, of, { by, recoverAfterMs }),
      ),
      fc.tuple(fc.integer({ min: 0, max: 9 }), scope).map(([at, of]) => reset(at, of)),
    );
    const state = (events: readonly SwitchEvent[]): string[] => {
      const killSwitch = switchAt();
      for (const one of events) killSwitch.apply(one);
      return killSwitch.trips.map(({ id }) => id).sort();
    };
    const shuffled = fc.array(event, { maxLength: 12 }).chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 })));

    fc.assert(fc.property(shuffled, ([events, others]) => { expect(state(others)).toEqual(state(events)); }));
  });

  it('brings another switch to the same state', () => {
    const killSwitch = switchAt();
    killSwitch.trip('a', { scope: { of: 'tool', name: 'a' }, recoverAfterMs: 5 });
    killSwitch.trip('b');
    killSwitch.reset({ scope: { of: 'agent', name: 'x' } });
    const other = switchAt();
    for (const event of killSwitch.events) other.apply(event);

    expect(other.events).toEqual(killSwitch.events);
  });

  it('ends in a typed error whatever it is, and trips nothing', () => {
    const killSwitch = switchAt();
    const nearly = fc.record({ kind: fc.constantFrom('tripped', 'reset', '__proto__'), trip: fc.anything(), scope: fc.anything(), at: fc.anything(), by: fc.anything() }, { requiredKeys: [] });

    fc.assert(fc.property(fc.oneof(fc.anything(), nearly), (garbage) => {
      // Deliberately of any type, as it comes from outside.
      expect(refusal(() => { killSwitch.apply(garbage as SwitchEvent); })).toBeInstanceOf(GuardError);
    }));
    expect(killSwitch.trips).toEqual([]);
  });
});

describe('recovery', () => {
  const setUp = (trialCalls = 1): { clock: FakeClock; killSwitch: KillSwitch } => {
    const clock = new FakeClock();
    const killSwitch = switchAt(clock);
    killSwitch.trip('x', { recoverAfterMs: 100, trialCalls });
    return { clock, killSwitch };
  };

  it('lets no call through before its time', () => {
    const { clock, killSwitch } = setUp();
    clock.advance(99);

    expect(refusal(() => killSwitch.check(call()))).toMatchObject(killed);
  });

  it('lets one call through at a time, and all once enough went well', () => {
    const { clock, killSwitch } = setUp(2);
    clock.advance(100);
    for (let i = 0; i < 2; i += 1) {
      const trial = killSwitch.check(call());
      expect(trial).toBeDefined();
      expect(refusal(() => killSwitch.check(call()))).toMatchObject(killed);
      trial?.end('well');
    }

    expect(killSwitch.trips).toEqual([]);
    expect(killSwitch.check(call())).toBeUndefined();
  });

  it('trips again for the same time when a trial goes badly, and forgets what went well before', () => {
    const { clock, killSwitch } = setUp(2);
    clock.advance(100);
    killSwitch.check(call())?.end('well');
    killSwitch.check(call())?.end('badly');
    expect(refusal(() => killSwitch.check(call()))).toMatchObject(killed);
    clock.advance(100);
    killSwitch.check(call())?.end('well');

    expect(killSwitch.isTripped).toBe(true);
    killSwitch.check(call())?.end('well');
    expect(killSwitch.isTripped).toBe(false);
  });

  it('lets nobody through while the clock gives no time', () => {
    const killSwitch = new KillSwitch({ now: () => Number.NaN, monotonic: () => Number.NaN });
    killSwitch.trip('x', { recoverAfterMs: 1 });

    expect(refusal(() => killSwitch.check(call()))).toMatchObject(killed);
  });

  it('counts a trial that was given up for nothing', () => {
    const { clock, killSwitch } = setUp();
    clock.advance(100);
    killSwitch.check(call())?.end('unknown');

    expect(killSwitch.isTripped).toBe(true);
    expect(refusal(() => killSwitch.check(call()))).toBeUndefined();
  });

  it('counts a trial once, however often it ends', () => {
    const { clock, killSwitch } = setUp(2);
    clock.advance(100);
    const trial = killSwitch.check(call());
    for (let i = 0; i < 5; i += 1) trial?.end('well');

    expect(killSwitch.isTripped).toBe(true);
  });

  it('never lets two calls try at the same time, nor one too early, whatever happens in which order', () => {
    const step = fc.oneof(
      fc.constantFrom('call', 'trip', 'reset').map((what) => ({ what }) as const),
      fc.constantFrom('well', 'badly', 'unknown').map((went) => ({ what: 'end', went }) as const),
      fc.integer({ min: 1, max: 120 }).map((ms) => ({ what: 'wait', ms }) as const),
    );
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const clock = new FakeClock();
      const killSwitch = switchAt(clock);
      let running: ReturnType<KillSwitch['check']>[] = [];
      let trippedAt: number | undefined;
      killSwitch.onChange((event) => { trippedAt = event.kind === 'tripped' ? clock.monotonic() : undefined; });
      for (const one of steps) {
        if (one.what === 'trip') killSwitch.trip('x', { recoverAfterMs: 100, trialCalls: 2 });
        else if (one.what === 'reset') killSwitch.reset();
        else if (one.what === 'wait') clock.advance(one.ms);
        else if (one.what === 'end') running.pop()?.end(one.went);
        else if (refusal(() => running.push(killSwitch.check(call()))) === undefined && trippedAt !== undefined) {
          expect(clock.monotonic() - trippedAt).toBeGreaterThanOrEqual(100);
          expect(refusal(() => killSwitch.check(call()))).toMatchObject(killed);
        }
        expect(killSwitch.isTripped).toBe(trippedAt !== undefined);
        if (!killSwitch.isTripped) running = [];
      }
    }));
  });

  it('lets the calls inside a trial through with it', () => {
    const { clock, killSwitch } = setUp();
    clock.advance(100);
    const outer = call();
    const trial = killSwitch.check(outer);
    const inner = { ...call(), id: 'inner', input: {}, signal: outer.signal, parentId: outer.id };

    expect(refusal(() => killSwitch.check(inner)?.end('badly'))).toBeUndefined();
    expect(refusal(() => killSwitch.check({ ...inner, parentId: 'another' }))).toMatchObject(killed);
    trial?.end('well');
    expect(killSwitch.isTripped).toBe(false);
  });

  it('does not end what a person tripped', () => {
    const { clock, killSwitch } = setUp();
    clock.advance(100);
    const trial = killSwitch.check(call());
    killSwitch.trip('a person', { by: 'cli:ann' });
    trial?.end('well');

    expect(killSwitch.trips.map(({ by }) => by)).toEqual(['cli:ann']);
    expect(refusal(() => killSwitch.check(call()))).toMatchObject(killed);
  });

  it('says nothing of a trip that was reset meanwhile', () => {
    const { clock, killSwitch } = setUp();
    clock.advance(100);
    const trial = killSwitch.check(call());
    killSwitch.reset();
    trial?.end('badly');

    expect(killSwitch.isTripped).toBe(false);
  });

  it('is not undone by news of the same trip, and is not told to others', () => {
    const { clock, killSwitch } = setUp();
    const [event] = killSwitch.events;
    const told: boolean[] = [];
    killSwitch.onChange((_event, isOwn) => void told.push(isOwn));
    clock.advance(100);
    killSwitch.check(call())?.end('well');
    if (event !== undefined) killSwitch.apply(event);

    expect(killSwitch.isTripped).toBe(false);
    expect(told).toEqual([false]);
  });
});
