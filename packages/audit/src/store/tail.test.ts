import { appendFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { openTrail } from '../trail/trail.js';
import { openJsonlSource } from './jsonl-source.js';
import { MemoryStore } from './memory-store.js';
import { TestWriter, torn } from './sealed.test.kit.js';
import { tailEntries } from './tail.js';
import { TrailRoom } from './trail-room.test.kit.js';

describe('following a log', () => {
  it('gives what is there and what comes, each once, until it is told to end', async () => {
    const store = MemoryStore.open();
    const writer = new TestWriter();
    store.append(writer.calls(5, 'old'));
    const stop = new AbortController();
    const found: string[] = [];

    for await (const { index, entry } of tailEntries(store, { from: 2, signal: stop.signal, pollMs: 1 })) {
      found.push(`${String(index)} ${String(entry.call_id)}`);
      if (index === 4) store.append([torn('{"agent":'), ...writer.calls(2, 'new')]);
      if (index === 7) stop.abort();
    }

    expect(found).toEqual(['2 old-2', '3 old-3', '4 old-4', '6 new-0', '7 new-1']);
  });

  it('ends while it waits', async () => {
    const stop = new AbortController();
    const waiting = (async () => {
      for await (const entry of tailEntries(MemoryStore.open(), { signal: stop.signal, pollMs: 3_600_000 })) expect(entry).toBeUndefined();
    })();
    setImmediate(() => {
      stop.abort();
    });

    await expect(waiting).resolves.toBeUndefined();
  });

  it('follows files over rotations, packing and torn lines, and misses nothing', async () => {
    const room = new TrailRoom();
    try {
      const options = { rotateBytes: 3000, compress: true };
      let trail = openTrail(room.path, options);
      trail.append(room.draft(0));
      const stop = new AbortController();
      const found: string[] = [];

      for await (const { entry } of tailEntries(openJsonlSource(room.path), { signal: stop.signal, pollMs: 1 })) {
        if (entry.kind !== 'call') continue;
        found.push(String(entry.call_id));
        const count = found.length;
        if (count === 80) stop.abort();
        // Two at a time, so that the follower sometimes is behind.
        if (count < 80 && count % 2 === 1) for (let i = count; i < Math.min(80, count + 2); i += 1) trail.append(room.draft(i));
        if (count % 20 !== 0) continue;
        await trail.close();
        appendFileSync(room.path, '{"agent":nul');
        trail = openTrail(room.path, options);
      }
      await trail.close();

      expect(found).toEqual(Array.from({ length: 80 }, (_, i) => `c-${String(i)}`));
    } finally {
      room.clear();
    }
  });

  it('waits for the end of a line that is being written', async () => {
    const room = new TrailRoom();
    try {
      room.fill(2, {});
      const stop = new AbortController();
      const [late] = new TestWriter().calls(1, 'late');
      const line = `${String(late?.line)}\n`;
      const half = Math.floor(line.length / 2);
      appendFileSync(room.path, line.slice(0, half));
      const found: (string | null)[] = [];

      for await (const { entry } of tailEntries(openJsonlSource(room.path), { signal: stop.signal, pollMs: 1 })) {
        found.push(entry.call_id);
        if (found.length === 2) setTimeout(() => { appendFileSync(room.path, line.slice(half)); }, 20);
        if (found.length === 3) stop.abort();
      }

      expect(found).toEqual(['c-0', 'c-1', 'late-0']);
    } finally {
      room.clear();
    }
  });
});
