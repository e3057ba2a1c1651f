import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { KillSwitch, type SwitchEvent, type TripScope } from '@enforcecore/core';
import { RedisKillSwitchLink, type RedisKillSwitchLinkOptions } from './kill-link.js';
import { publishSwitchEvent, readSwitch } from './kill.js';
import { errorOf } from './request.test.kit.js';
import { describeWithRedis, until } from './server.test.kit.js';

const all: TripScope = { of: 'all' };
const tool: TripScope = { of: 'tool', name: 'send_mail' };
const trip = (id: string, at: number, scope: TripScope = all): SwitchEvent => ({
  kind: 'tripped',
  trip: { id, scope, reason: 'a test', by: `cli:${id}`, at, recoverAfterMs: undefined, trialCalls: 1 },
});
const key = '{enforcecore}:kill';

describeWithRedis('RedisKillSwitchLink', (server) => {
  const links: RedisKillSwitchLink[] = [];
  const told: string[] = [];
  const open = (options: Partial<RedisKillSwitchLinkOptions> = {}): KillSwitch => {
    const killSwitch = new KillSwitch();
    const logger = { log: (level: string, message: string) => told.push(`${level} ${message}`) };
    links.push(new RedisKillSwitchLink(killSwitch, { url: server.path, timeoutMs: 200, pollMs: 20, logger, ...options }).start());
    return killSwitch;
  };
  const listeners = async (count: number): Promise<void> => {
    await until(async () => (await server.client.pubsub('NUMSUB', key))[1] === count, 'all to listen');
  };

  beforeEach(async () => {
    await server.client.flushall();
  });
  afterEach(async () => {
    server.resume();
    await Promise.all(links.splice(0).map((link) => link.close()));
    told.length = 0;
  });

  it('brings a trip and its reset to the others by message, without waiting for the next poll', async () => {
    const [one, two] = [open({ pollMs: 3_600_000 }), open({ pollMs: 3_600_000 })];
    await listeners(2);

    one.trip('stop', { scope: tool });
    await until(() => two.trips.length === 1, 'the trip');
    two.reset({ scope: tool });
    await until(() => one.trips.length === 0, 'the reset');

    expect(two.trips).toEqual([]);
  });

  it('brings by asking what a message did not', async () => {
    const killSwitch = open();
    await listeners(1);
    await server.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await publishSwitchEvent(server.path, trip('a', 1_000));

    await until(() => killSwitch.isTripped, 'the trip');
  });

  it('tells a switch that starts later', async () => {
    await publishSwitchEvent(server.path, trip('a', 1_000, tool));
    const killSwitch = open();

    await until(() => killSwitch.trips.length === 1, 'the trip');
    expect(killSwitch.trips[0]?.scope).toEqual(tool);
  });

  it('sends nothing back that came from elsewhere', async () => {
    const switches = [open(), open(), open()];
    await listeners(3);
    switches[0]?.trip('stop');
    await until(() => switches.every(({ isTripped }) => isTripped), 'the trip');
    for (let i = 0; i < 5; i += 1) await readSwitch(server.path);

    expect(await server.client.hget(key, 'v')).toBe('1');
  });

  it('tells of trips made while the server was away, as soon as it is back', async () => {
    const [one, two] = [open(), open()];
    await listeners(2);
    await server.kill();
    one.trip('while nobody heard');
    await server.start();

    await until(() => two.isTripped, 'the trip');
  });

  it('takes nothing for a reset but a reset: a server that lost its trips gets them back', async () => {
    const [one, two] = [open(), open()];
    await listeners(2);
    one.trip('stop');
    await until(() => two.isTripped, 'the trip');
    await server.client.flushall();
    await until(async () => (await readSwitch(server.path)).length === 1, 'the trip to be put back');

    expect([one.isTripped, two.isTripped]).toEqual([true, true]);
  });

  it.each([
    ['the same version', 1],
    ['a higher version', 2],
  ])('puts back what a server lost that was started anew and has %s by then', async (_what, count) => {
    const [one, two] = [open(), open()];
    await listeners(2);
    one.trip('stop everything');
    await until(() => two.isTripped, 'the trip');
    await until(async () => (await server.client.hget(key, 'v')) === '1', 'the record');
    // In one step, as if all of it had happened between two polls.
    const others = Array.from({ length: count }, (_, i) => trip(`other${String(i)}`, 1_000, tool));
    const records = others.flatMap((event, i) => [`t:x:${String(i)}`, `1000 other${String(i)} ${JSON.stringify(event)}`]);
    await server.client.multi().flushall().hset(key, 'v', String(count), 'i', 'another', ...records).exec();
    await until(() => two.trips.length === count + 1, 'what came meanwhile');
    await until(async () => (await readSwitch(server.path)).length === count + 1, 'the trip to be put back');

    const late = open();
    await until(() => late.isTripped, 'the trip');
  });

  it('does not put back a trip that has recovered', async () => {
    const killSwitch = open();
    await listeners(1);
    const first = killSwitch.trip('over soon', { scope: tool, by: 'rule:a', recoverAfterMs: 1 });
    await until(async () => (await readSwitch(server.path)).length === 1, 'the record');
    killSwitch.lift(first, 'recovery', 'over');
    killSwitch.trip('stays');
    await until(async () => (await readSwitch(server.path)).length === 2, 'the record');
    await server.client.flushall();
    await until(async () => (await readSwitch(server.path)).length > 0, 'the trip to be put back');

    expect(await readSwitch(server.path)).toMatchObject([{ trip: { reason: 'stays' } }]);
  });

  it('lets nobody open the switch who may only publish, and does not miss what is said after that', async () => {
    const killSwitch = open();
    await listeners(1);
    killSwitch.trip('an incident');
    await until(async () => (await server.client.hget(key, 'v')) === '1', 'the record');
    const reset: SwitchEvent = { kind: 'reset', scope: all, by: 'mallory', at: Date.now() + 60_000, reason: 'go on' };
    for (const prefix of ['', '1 ', '2 ']) await server.client.publish(key, prefix + JSON.stringify(reset));
    await publishSwitchEvent(server.path, trip('later', 1_000, tool));
    await until(() => killSwitch.trips.length === 2, 'what was said after it');

    expect(killSwitch.isTripped).toBe(true);
  });

  it('keeps a reset that came while a process was cut off', async () => {
    const killSwitch = open();
    await publishSwitchEvent(server.path, trip('a', 1_000));
    await until(() => killSwitch.isTripped, 'the trip');
    server.pause();
    server.resume();
    await publishSwitchEvent(server.path, { kind: 'reset', scope: all, by: 'hand', at: 5, reason: 'over' });

    await until(() => !killSwitch.isTripped, 'the reset');
    await publishSwitchEvent(server.path, trip('a', 1_000));
    expect(await readSwitch(server.path)).toHaveLength(1);
  });

  it('keeps one record for each who, however often it trips', async () => {
    for (let i = 0; i < 20; i += 1) {
      await publishSwitchEvent(server.path, { kind: 'tripped', trip: { id: `t${String(i)}`, scope: tool, reason: 'again', by: 'rule:flood', at: 1_000 + i, recoverAfterMs: 50, trialCalls: 1 } });
    }

    const events = await readSwitch(server.path);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ trip: { id: 't19' } });
  });

  it('ignores messages that are none, and says so once', async () => {
    const killSwitch = open();
    await listeners(1);
    const torn = JSON.stringify(trip('a', 1)).slice(0, 40);
    for (const message of ['', '1', torn, 'null', '{"kind":"tripped","trip":{"__proto__":{}}}', `1 ${JSON.stringify(trip('a', 1))}`, 'x'.repeat(1_000_000)]) {
      await server.client.publish(key, message);
    }
    await publishSwitchEvent(server.path, trip('good', 1_000, tool));
    await until(() => killSwitch.trips.length === 1, 'the trip that is one');

    expect(killSwitch.isTripped).toBe(false);
    expect(told.filter((line) => line.includes('was ignored'))).toHaveLength(1);
  });

  it.each([
    ['a record that is no event', () => server.client.hset(key, 'v', '7', 't:x:y', '1 id {"kind":"trip')],
    ['an event of an unknown kind', () => server.client.hset(key, 'v', '7', 't:x:y', '1 id {"kind":"maybe"}')],
    ['a version that is none', () => server.client.hset(key, 'v', 'many')],
    ['a word that is none', () => server.client.hset(key, 'v', '7', 'i', 'a b')],
    ['a record without end', () => server.client.hset(key, 'v', '7', 't:x:y', `1 id ${'x'.repeat(100_000)}`)],
    ['something else under its name', () => server.client.set(key, 'text')],
  ])('stops all calls where the record holds %s, until it can be read', async (_what, spoil) => {
    const killSwitch = open();
    await spoil();
    await until(() => killSwitch.isTripped, 'all calls to stop');
    const error = await errorOf(() => readSwitch(server.path));
    await server.client.del(key);
    await until(() => !killSwitch.isTripped, 'calls to go on');

    expect(error).toMatchObject({ code: 'LIMIT_STORE' });
  });

  it('stops this process alone after a silence, where it is asked to, until the server is back', async () => {
    const [careful, easy] = [open({ maxSilenceMs: 50, whenSilent: 'trip' }), open({ maxSilenceMs: 50 })];
    await listeners(2);
    server.pause();
    await until(() => careful.isTripped, 'the silence to be noticed');
    await until(() => told.filter((line) => line.includes('no word')).length === 2, 'the log');
    expect(easy.isTripped).toBe(false);
    server.resume();
    await until(() => !careful.isTripped, 'calls to go on');

    expect(await readSwitch(server.path)).toEqual([]);
  });

  it('refuses to publish what is no event, and says where the server is without its password', async () => {
    const odd = { kind: 'tripped', trip: { id: '', scope: all } } as unknown as SwitchEvent; // hostile
    const refused = await errorOf(() => publishSwitchEvent(server.path, odd));
    const away = await errorOf(() => publishSwitchEvent('redis://u:s3cret@127.0.0.1:1', trip('a', 1), { timeoutMs: 300 }));

    expect(refused).toMatchObject({ code: 'GUARD' });
    expect(away).toMatchObject({ code: 'LIMIT_STORE' });
    expect(away.message).toContain('127.0.0.1:1');
    expect(away.message).not.toContain('s3cret');
  });
});
