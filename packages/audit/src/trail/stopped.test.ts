import { createContext, Script } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemCode } from '../errors.js';
import { call, LONGER, Room } from './kit.test.kit.js';
import { readTrail } from './load-trail.js';
import type { TrailOptions } from './options.js';
import { openTrail, type Trail } from './trail.js';
import type { WitnessRecord } from '../witness/witness.js';

const ROUNDS = LONGER * 240;

const kennel = createContext({});
const script = new Script('body()');

/** Runs code and ends it from outside after some milliseconds: none of its `finally` blocks run. */
function stopAfter(ms: number, body: () => void): void {
  kennel['body'] = body;
  try {
    script.runInContext(kennel, { timeout: ms });
  } catch (error) {
    // Of another realm, so not told by its class.
    if (systemCode(error) !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
  }
}

describe('a writer whose caller is stopped between any two statements', () => {
  let room: Room;
  beforeEach(() => {
    room = new Room();
  });
  afterEach(() => {
    room.clear();
  });

  /** Stops `work` again and again; gives the ids of the appends that returned. */
  function stopOften(rounds: number, work: (id: string, done: (id: string) => void) => void): string[] {
    const returned: string[] = [];
    let next = 0;
    for (let round = 0; round < rounds; round += 1) {
      stopAfter(1 + (round % 3), () => {
        for (;;) {
          next += 1;
          work(`c-${String(next)}`, (id) => { returned.push(id); });
        }
      });
    }
    return returned;
  }

  function storedIds(): (string | null)[] {
    return readTrail(room.path).filter((entry) => entry.kind === 'call').map((entry) => entry.call_id);
  }

  it.each<[string, number, TrailOptions]>([
    ['one file', ROUNDS, {}],
    ['rotating files', Math.ceil(ROUNDS / 10), { rotateBytes: 200_000 }],
  ])('goes on with a valid trail in %s, and loses and repeats nothing', async (_, rounds, options) => {
    const trail = openTrail(room.path, options);

    const returned = stopOften(rounds, (id, done) => {
      trail.begin(call(id));
      trail.append(call(id));
      done(id);
    });
    trail.append(call('last'));
    void trail.close();

    const result = await room.verify();
    const stored = storedIds();
    expect(result.errors).toEqual([]);
    expect(result).toMatchObject({ valid: true, writers: 1, recovered: 0 });
    expect(new Set(stored).size).toBe(stored.length);
    const found = new Set(stored);
    expect(returned.filter((id) => !found.has(id))).toEqual([]);
    expect(stored.at(-1)).toBe('last');
  }, 60_000 * LONGER);

  it('tells a witness of every entry, also of those whose append did not return', () => {
    const told: WitnessRecord[] = [];
    const trail = openTrail(room.path, { witness: { publish: (record) => { told.push(record); } } });

    stopOften(ROUNDS / 3, (id) => { trail.append(call(id)); });
    trail.append(call('last'));
    void trail.close();

    const hashes = new Set(told.map((record) => record.entry_hash));
    expect(readTrail(room.path).filter((entry) => !hashes.has(entry.entry_hash))).toEqual([]);
  });

  it('shares the file with another writer, and its head is the verifier\'s', async () => {
    const trail: Trail = openTrail(room.path);
    const other = openTrail(room.path);

    stopOften(ROUNDS / 3, (id) => {
      trail.append(call(id));
      other.append(call(`o-${id}`));
      trail.head();
    });
    trail.append(call('last'));
    const head = trail.head();
    void trail.close();
    void other.close();

    const result = await room.verify({ expectSize: head.size, expectRoot: head.root });
    expect(result.errors).toEqual([]);
    expect(result).toMatchObject({ valid: true, writers: 2 });
  });
});
