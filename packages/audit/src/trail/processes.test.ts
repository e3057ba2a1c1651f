import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { call, LONGER, outputOf, Room, startChild } from './kit.test.kit.js';
import { readTrail } from './load-trail.js';
import { openTrail } from './trail.js';

describe('processes on one trail', () => {
  let room: Room;
  beforeEach(() => {
    room = new Room();
  });
  afterEach(() => {
    room.clear();
  });

  it('do not fork the chain (D-40)', async () => {
    await Promise.all([1, 2, 3].map(() => outputOf(startChild('append', room.path, 300))));

    const result = await room.verify();

    expect(result.errors).toEqual([]);
    expect(result).toMatchObject({ valid: true, entries: 900, writers: 3 });
  }, 30_000);

  it('leave exactly one entry for every call they began, however often they are killed', async () => {
    const begun = new Set<string>();
    for (let round = 0; round < 4 * LONGER; round += 1) {
      const child = startChild('calls', room.path);
      const output = outputOf(child);
      if (child.stdout !== null) await once(child.stdout, 'data');
      // A different moment every round; the kill itself is the point, not the pause.
      await new Promise((resolve) => setTimeout(resolve, round % 6));
      child.kill('SIGKILL');
      const lines = (await output).split('\n');
      // The last piece may be half a line.
      lines.pop();
      for (const callId of lines) begun.add(callId);
    }
    void openTrail(room.path).close();

    const result = await room.verify();
    const counts = new Map<string, number>();
    for (const { kind, call_id } of readTrail(room.path)) {
      if (kind === 'call' && call_id !== null) counts.set(call_id, (counts.get(call_id) ?? 0) + 1);
    }

    expect(result.errors).toEqual([]);
    expect([...begun].filter((callId) => !counts.has(callId))).toEqual([]);
    expect([...counts].filter(([, count]) => count !== 1)).toEqual([]);
    expect(readdirSync(`${room.path}.journal`)).toEqual([]);
  }, 60_000 * LONGER);

  it('recover a dead call once when they start at the same time', async () => {
    const child = startChild('hold', room.path);
    const output = outputOf(child);
    if (child.stdout !== null) await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await output;

    await Promise.all([1, 2, 3].map(() => outputOf(startChild('open', room.path))));

    const entries = readTrail(room.path);
    expect(entries).toMatchObject([{ call_id: `held-${String(child.pid)}`, outcome: 'unknown', decision: 'allowed', tool_name: 'search' }]);
  }, 30_000);

  it('leave the calls of a live process alone', async () => {
    const child = startChild('hold', room.path);
    const output = outputOf(child);
    if (child.stdout !== null) await once(child.stdout, 'data');

    void openTrail(room.path).close();

    expect(readTrail(room.path)).toEqual([]);
    child.kill('SIGKILL');
    await output;
  }, 30_000);
});

describe('Trail.begin', () => {
  let room: Room;
  beforeEach(() => {
    room = new Room();
  });
  afterEach(() => {
    room.clear();
  });

  const DEAD = '99999999';
  const WRITER = '00000000-0000-4000-8000-000000000000';

  function plant(host: string, text: string, role = 'intents'): string {
    const own = readdirSync(`${room.path}.journal`)[0]?.split('.')[1] ?? '';
    const name = `${room.path}.journal/${WRITER}.${host === 'own' ? own : host}.${DEAD}.0.${role}`;
    writeFileSync(name, text);
    return name;
  }

  it('is closed by the append with its call id', () => {
    const trail = openTrail(room.path);
    trail.begin(call('a'));
    trail.append(call('a', { decision: 'blocked', outcome: 'blocked' }));

    void trail.close();

    expect(readdirSync(`${room.path}.journal`)).toEqual([]);
  });

  it('leaves its call for recovery when the trail is closed before it ended', () => {
    const trail = openTrail(room.path);
    trail.begin(call('a'));

    void trail.close();

    expect(readdirSync(`${room.path}.journal`)).toHaveLength(1);
  });

  it('refuses an intent it could not recover', () => {
    const trail = openTrail(room.path);

    expect(() => { trail.begin({ ...call('a'), depth: -1 }); }).toThrow('depth');

    expect(existsSync(`${room.path}.journal`)).toBe(false);
    void trail.close();
  });

  it('keeps its journal short when no call is open', () => {
    const trail = openTrail(room.path);
    for (let i = 0; i < 400; i += 1) {
      trail.begin({ ...call(`a-${String(i)}`), agent: 'x'.repeat(400) });
      trail.append(call(`a-${String(i)}`));
    }
    trail.begin(call('last'));

    const [name = ''] = readdirSync(`${room.path}.journal`);

    expect(room.lines(`${room.path}.journal/${name}`).length).toBeLessThan(200);
    void trail.close();
  });

  it('is recovered from a claim whose claimant died, and a torn intent is not a call', () => {
    const trail = openTrail(room.path);
    trail.begin(call('live'));
    trail.append(call('done'));
    plant('own', '{"segment":1,"offset":0}\n{"call_id":"done","tool_name":"t"}\n{"call_id":"lost","tool_name":"t"}\nnonsense\n{"call_id":"to', 'claim');

    void openTrail(room.path).close();

    expect(readTrail(room.path).map((entry) => [entry.call_id, entry.outcome])).toEqual([['done', 'ok'], ['lost', 'unknown']]);
    void trail.close();
  });

  it('leaves journals of other hosts and foreign files alone', () => {
    const trail = openTrail(room.path);
    trail.begin(call('live'));
    const foreign = plant('01234567', '{"segment":1,"offset":0}\n{"call_id":"far","tool_name":"t"}\n');
    writeFileSync(`${room.path}.journal/notes.txt`, 'mine');

    void openTrail(room.path).close();

    expect([existsSync(foreign), existsSync(`${room.path}.journal/notes.txt`), readTrail(room.path).length]).toEqual([true, true, 0]);
    void trail.close();
  });

  it.each(['', 'nonsense', 'nonsense\n', '{"segment":"x"}\n', 'null\n'])('survives a dead journal that reads %j', (text) => {
    const trail = openTrail(room.path);
    trail.begin(call('live'));
    const dead = plant('own', text);

    void openTrail(room.path).close();

    expect(existsSync(dead)).toBe(false);
    void trail.close();
  });

  it('finds the entry of a call in an earlier segment', () => {
    const trail = openTrail(room.path, { rotateBytes: 1500, compress: true });
    trail.begin(call('live'));
    trail.append(call('early'));
    for (let i = 0; i < 10; i += 1) trail.append(call(`c-${String(i)}`));
    plant('own', '{"segment":1,"offset":0}\n{"call_id":"early","tool_name":"t"}\n{"call_id":"c-8","tool_name":"t"}\n');

    void openTrail(room.path).close();

    expect(readTrail(room.path).filter((entry) => entry.outcome === 'unknown')).toEqual([]);
    void trail.close();
  });
});
