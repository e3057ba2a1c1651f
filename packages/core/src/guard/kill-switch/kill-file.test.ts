import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCall } from '../../pipeline/make-call.js';
import { FakeClock } from '../../testing/fake-clock.js';
import { KillFile } from './kill-file.js';
import { KillSwitch } from './kill-switch.js';
import { writeSwitchFile } from './switch-file.js';
import { mostTrips } from './trip-book.js';
import type { SwitchEvent, TripScope } from './trip.js';

const folder = mkdtempSync(join(tmpdir(), 'enforcecore-kill-'));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

const call = makeCall({ name: 'p', digest: 'd' }, { tool: 'search' });

let path = '';
let clock = new FakeClock();
let killSwitch = new KillSwitch(clock);
let file = new KillFile('', () => killSwitch);
let count = 0;

beforeEach(() => {
  count += 1;
  path = join(folder, `kill-${String(count)}.json`);
  clock = new FakeClock();
  killSwitch = new KillSwitch(clock);
  file = new KillFile(path, () => killSwitch);
});

const tripped = (id: string, at = 10, scope: TripScope = { of: 'all' }): SwitchEvent => ({
  kind: 'tripped', trip: { id, scope, reason: id, by: 'cli:ann', at, recoverAfterMs: undefined, trialCalls: 1 },
});

/** Writes and looks. */
function says(...events: readonly SwitchEvent[]): void {
  writeFileSync(path, writeSwitchFile(events));
  file.look();
}

describe('a kill switch file', () => {
  it('that is not there trips nothing', () => {
    file.look();

    expect(killSwitch.trips).toEqual([]);
  });

  it('trips what it says, and lets go when it is gone', () => {
    says(tripped('t1'), tripped('t2', 10, { of: 'tool', name: 'mail' }));
    expect(killSwitch.trips.map(({ id }) => id)).toEqual(['t1', 't2']);
    rmSync(path);
    file.look();

    expect(killSwitch.trips).toEqual([]);
  });

  it('that was gone for a moment trips again', () => {
    says(tripped('t1'));
    renameSync(path, `${path}.away`);
    file.look();
    renameSync(`${path}.away`, path);
    file.look();

    expect(killSwitch.trips.map(({ id }) => id)).toEqual(['t1']);
  });

  it('does not bring back what went over by itself', () => {
    const trip = { id: 't1', scope: { of: 'all' }, reason: 'x', by: 'cli:ann', at: 10, recoverAfterMs: 1, trialCalls: 1 } as const;
    says({ kind: 'tripped', trip });
    clock.advance(10);
    killSwitch.check(call)?.end('well');
    says({ kind: 'tripped', trip }, tripped('t2', 11, { of: 'tool', name: 'mail' }));

    expect(killSwitch.trips.map(({ id }) => id)).toEqual(['t2']);
  });

  it('holds what it says also after a reset by hand, and lets go of it when it says so no more', () => {
    says(tripped('t1'));
    for (let i = 0; i < 3; i += 1) {
      killSwitch.reset();
      file.look();
      expect(killSwitch.trips).toMatchObject([{ reason: 't1', by: 'cli:ann' }]);
    }
    says();

    expect(killSwitch.trips).toEqual([]);
  });

  it('does not bring back what it says was reset', () => {
    says(tripped('t1'), { kind: 'reset', scope: { of: 'all' }, by: 'cli:ann', at: 11, reason: 'over' });
    file.look();

    expect(killSwitch.trips).toEqual([]);
  });

  it('turns also the switch that takes the place of another', () => {
    says(tripped('t1'));
    killSwitch = new KillSwitch(clock);
    file.look();

    expect(killSwitch.trips.map(({ id }) => id)).toEqual(['t1']);
  });

  it('lets go of two trips that have one id', () => {
    says(tripped('t1', 10, { of: 'tool', name: 'a' }), tripped('t1', 10, { of: 'tool', name: 'b' }));
    expect(killSwitch.trips).toHaveLength(2);
    rmSync(path);
    file.look();

    expect(killSwitch.trips).toEqual([]);
  });

  it('can hold all that a switch keeps, however long the words are', () => {
    const elsewhere = new KillSwitch(clock);
    const name = (i: number): string => `${String(i)}${'\u0001'.repeat(250)}`;
    for (let i = 0; i < mostTrips; i += 1) elsewhere.reset({ scope: { of: 'session', name: name(i) }, by: 'ж'.repeat(256), reason: 'ж'.repeat(500) });
    for (let i = 0; i <= mostTrips; i += 1) elsewhere.trip('ж'.repeat(500), { scope: { of: 'tenant', name: name(i) }, by: 'ж'.repeat(256) });
    says(...elsewhere.events);

    expect(killSwitch.trips).toHaveLength(mostTrips + 1);
    expect(killSwitch.trips.some(({ by }) => by === 'file')).toBe(false);
  });

  it('lets go of what it does not have any more, and of nothing that others tripped', () => {
    killSwitch.trip('by hand');
    says(tripped('t1'));
    says();

    expect(killSwitch.trips.map(({ by }) => by)).toEqual(['hand']);
  });

  it('resets what others tripped, when it says so', () => {
    killSwitch.trip('by hand');
    says({ kind: 'reset', scope: { of: 'all' }, by: 'cli:ann', at: Date.UTC(2027, 0), reason: 'over' });

    expect(killSwitch.trips).toEqual([]);
  });

  it('tells nobody of its trips but this process', () => {
    const told: boolean[] = [];
    killSwitch.onChange((_event, isOwn) => void told.push(isOwn));
    says(tripped('t1'));
    writeFileSync(path, '{');
    file.look();

    expect(told).toEqual([false, false]);
  });

  it('is read again after it was replaced by a file of the same length', () => {
    says(tripped('t1'));
    writeFileSync(`${path}.new`, writeSwitchFile([tripped('t2', 11)]));
    renameSync(`${path}.new`, path);
    file.look();

    expect(killSwitch.trips.map(({ id }) => id)).toEqual(['t2']);
  });

  const breakIt: readonly (readonly [string, () => void])[] = [
    ['is torn', () => { writeFileSync(path, writeSwitchFile([tripped('t1')]).slice(0, 60)); }],
    ['is empty', () => { writeFileSync(path, ''); }],
    ['is of another kind', () => { writeFileSync(path, '{"format":"other","events":[]}'); }],
    ['has a list that is none', () => { writeFileSync(path, '{"format":"enforcecore-kill-switch/1","events":{"length":1}}'); }],
    ['has an event that is none', () => { writeFileSync(path, '{"format":"enforcecore-kill-switch/1","events":[{"__proto__":{"kind":"reset"}}]}'); }],
    ['is no UTF-8', () => { writeFileSync(path, Buffer.from([0x7b, 0xff, 0x7d])); }],
    ['is huge', () => { writeFileSync(path, ' '.repeat(2 ** 23 + 1)); }],
    ['has too many events', () => { writeFileSync(path, writeSwitchFile(Array.from({ length: 2_002 }, () => ({ kind: 'reset', scope: { of: 'all' }, by: 'x', at: 1, reason: 'y' })))); }],
    ['is a folder', () => { mkdirSync(path); }],
    ['is a circle of links', () => { symlinkSync(path, path); }],
    ['is a device that never ends', () => { symlinkSync('/dev/zero', path); }],
  ];

  it.each(breakIt)('that %s stops all calls, says why, and lets go when it can be read again', (_how, spoil) => {
    spoil();
    file.look();
    file.look();
    expect(killSwitch.trips).toHaveLength(1);
    expect(killSwitch.reason).toContain(`the kill switch file ${path} cannot be used: `);
    rmSync(path, { recursive: true });
    says(tripped('t9', 10, { of: 'tool', name: 'mail' }));

    expect(killSwitch.trips.map(({ id }) => id)).toEqual(['t9']);
  });

  it('that is a pipe stops all calls, and does not hold the process', () => {
    const made = spawnSync('mkfifo', [path]);
    if (made.status !== 0) return; // a system without pipes among its files has no such attack
    file.look();

    expect(killSwitch.reason).toContain('it is no file');
  });

  it('that may not be read stops all calls', () => {
    says(tripped('t1', 10, { of: 'tool', name: 'mail' }));
    chmodSync(path, 0);
    if (process.getuid?.() === 0) {
      // Root may read everything but a folder.
      rmSync(path);
      mkdirSync(path);
    }
    file.look();

    expect(killSwitch.isTripped).toBe(true);
    expect(killSwitch.trips.map(({ scope }) => scope.of).sort()).toEqual(['all', 'tool']);
  });

  it('that cannot be read stops all calls again after a reset', () => {
    writeFileSync(path, '{');
    file.look();
    killSwitch.reset();
    file.look();

    expect(killSwitch.isTripped).toBe(true);
  });

  it('stops all calls, or trips what it says, whatever is in it', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.array(fc.anything()).map((events) => JSON.stringify({ format: 'enforcecore-kill-switch/1', events: [1, ...events] }))), (text) => {
      writeFileSync(path, text);
      file.look();

      expect(killSwitch.isTripped).toBe(true);
    }), { numRuns: 50 });
  });

  it('is looked at until that is taken back, and keeps no process alive', () => {
    const program = `
      import { KillFile } from '${new URL('../../../dist/guard/kill-switch/kill-file.js', import.meta.url).href}';
      import { KillSwitch } from '${new URL('../../../dist/guard/kill-switch/kill-switch.js', import.meta.url).href}';
      const killSwitch = new KillSwitch();
      new KillFile(${JSON.stringify(path)}, () => killSwitch).start(10);
      console.log('over');`;
    const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8', timeout: 20_000 });

    expect({ stdout, signal }).toEqual({ stdout: 'over\n', signal: null });
  });
});
