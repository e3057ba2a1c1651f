import { appendFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { nodeFiles } from './files.js';
import { call, Room } from './kit.test.kit.js';
import { readRecord, recordLine } from '../checkpoint/read-record.js';
import { startInWindow } from './resume-start.js';
import { RunningTree } from './running-tree.js';
import { Tape } from './tape.js';
import { openTrail } from './trail.js';
import { rootOf } from '../tree/tree-state.js';

describe('a start behind a subtree that a checkpoint names', () => {
  it('leads to the root of the checkpoint at any size, reads its last line at least, and finds another one there', async () => {
    const room = new Room();
    const trail = openTrail(room.path, { checkpointEntries: 0, checkpointSeconds: 0 });
    const wrong: string[] = [];

    for (let i = 1; i <= 40; i += 1) {
      // Glued to the next line: two leaves.
      if (i === 21) appendFileSync(room.path, '{"agent":"torn');
      trail.append(call(`c-${String(i)}`));
      const made = await trail.checkpoint();
      if (made === null) throw new Error('there are lines');
      const latest = readRecord(recordLine(made).trimEnd());
      const { size, root } = latest.checkpoint;
      const end = made.position?.offset ?? 0;
      const tape = Tape.open(room.path, 'existing', nodeFiles);
      const start = startInWindow(latest, end, tape);
      // Of a power of two the whole is the only subtree.
      if (start === null) wrong.push(...(Number.isInteger(Math.log2(size)) ? [] : [`${String(size)} has none`]));
      else {
        if (rootOf(new RunningTree(tape, start).upTo(end)) !== root) wrong.push(`${String(size)} has another root`);
        if (start.state.size >= size || start.offset >= end) wrong.push(`${String(size)} reads nothing`);
        const shorter = { state: start.state, offset: end };
        if (rootOf(new RunningTree(tape, shorter).upTo(end)) === root) wrong.push(`${String(size)} needs no lines`);
      }
      tape.close();
    }
    await trail.close();

    expect(wrong).toEqual([]);
    room.clear();
  });
});
