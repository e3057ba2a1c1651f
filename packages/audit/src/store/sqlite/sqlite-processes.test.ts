import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LONGER } from '../../trail/kit.test.kit.js';
import { verifyStore } from '../../verify/verify-store.js';
import { all } from '../sealed.test.kit.js';
import { openStoreTrail } from '../store-trail.js';
import { openSqliteStore } from './sqlite-store.js';

const CHILD = fileURLToPath(new URL('../../../test/child-store.mjs', import.meta.url));
const DIST = fileURLToPath(new URL('../../../dist/store/sqlite/index.js', import.meta.url));

function start(mode: string, path: string, count = 0): ChildProcess {
  if (!existsSync(DIST)) throw new Error(`${DIST} is missing: build the package first (npx tsc -b packages/audit)`);
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD, mode, path, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', resolve));
}

describe('an SQLite log that several processes write', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'enforcecore-sqlite-'));
    path = join(folder, 'audit.db');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is one log without gaps, and no process meets an error, from the creation of the file on', async () => {
    const codes = await Promise.all([0, 1, 2, 3].map(() => ended(start('append', path, 50))));

    const store = openSqliteStore(path);
    const records = await all(store.records());
    const result = await verifyStore(store);
    store.close();
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(records.map(({ index }) => index)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(result).toMatchObject({ valid: true, size: 200, writers: 4, errors: [] });
  });

  it('has every call of a process that was killed exactly once: ended as it said, or unknown', async () => {
    for (let round = 0; round < 3 * LONGER; round += 1) {
      const child = start('calls', path);
      let told = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        told += chunk.toString();
        if (told.length > 2000 + 100 * round) child.kill('SIGKILL');
      });
      await ended(child);
      const store = openSqliteStore(path);
      const trail = openStoreTrail(store);
      const outcomes = new Map<string | null, string | null>();
      for (let after: string | null | undefined; after !== null; ) {
        const page = await store.query({ session: undefined, limit: 10_000, after });
        for (const { entry } of page.entries) {
          expect(outcomes.has(entry.call_id)).toBe(false);
          outcomes.set(entry.call_id, entry.outcome);
        }
        after = page.next;
      }
      const result = await verifyStore(store);
      await trail.close();

      // The last line may be cut short.
      for (const line of told.split('\n').slice(0, -1)) {
        const [what, callId = ''] = line.split(' ');
        expect([callId, what === 'ended' ? 'ok' : outcomes.get(callId)]).toEqual([callId, outcomes.get(callId)]);
        expect(outcomes.has(callId)).toBe(true);
      }
      expect(result).toMatchObject({ valid: true, errors: [] });
    }
  });

  it('leaves the open calls of a living process alone, and takes them over when it is dead', async () => {
    const child = start('hold', path);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    const store = openSqliteStore(path);

    const living = store.orphans();
    child.kill('SIGKILL');
    await ended(child);
    const dead = store.orphans();
    store.close();

    expect(living).toEqual([]);
    expect(dead.map(({ call_id }) => call_id)).toEqual(['held']);
  });
});
