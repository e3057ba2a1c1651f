import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseCheckpoint } from '../checkpoint/checkpoint.js';
import { parseSignedNote } from '../checkpoint/signed-note.js';
import { formatVerifierKey } from '../checkpoint/verifier-key.js';
import { call } from '../trail/kit.test.kit.js';
import { verifyStore } from '../verify/verify-store.js';
import type { Cosigner, CosignRequest } from '../witness/cosigner.js';
import { WitnessCosigner } from '../witness/witness-cosigner.js';
import { parseWitnessPolicy, type WitnessPolicy } from '../witness/witness-policy.js';
import { createWitness, type WitnessServer } from '../witness/witness-server.js';
import { keyOf, newSigner, ORIGIN } from '../witness/witness.test.kit.js';
import type { AuditStore } from './audit-store.js';
import { MemoryStore } from './memory-store.js';
import { all, stateOf } from './sealed.test.kit.js';
import { SlowStore } from './slow-store.test.kit.js';
import { openSqliteStore } from './sqlite/sqlite-store.js';
import { codeOf } from './store-site.test.kit.js';
import type { StoreTrailOptions } from './store-trail-options.js';
import { openStoreTrail, type StoreTrail } from './store-trail.js';

const SIGNER = newSigner(ORIGIN);

let folder: string;
let witness: WitnessServer;
let policy: WitnessPolicy;
let warnings: string[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'enforcecore-store-witness-'));
  witness = createWitness({ signer: newSigner('w.example/w'), logs: [{ origin: ORIGIN, keys: [keyOf(SIGNER)] }], folder: join(folder, 'w') });
  const { url } = await witness.listen();
  policy = parseWitnessPolicy([`log ${formatVerifierKey(keyOf(SIGNER))}`, `witness w ${witness.verifierKey} ${url}`, 'quorum w'].join('\n'));
  warnings = [];
});
afterEach(async () => {
  await witness.close();
  rmSync(folder, { recursive: true, force: true });
});

function options(more: StoreTrailOptions = {}): StoreTrailOptions {
  return { signer: SIGNER, cosigner: new WitnessCosigner({ policy }), onWarning: (text) => warnings.push(text), ...more };
}

async function fill(trail: StoreTrail, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await trail.append(call(String(i)), true);
}

/** Size and number of signatures of each checkpoint that is kept. */
async function kept(store: AuditStore): Promise<readonly (readonly [size: number, signatures: number])[]> {
  return (await all(store.checkpoints())).map(({ note }) => {
    const { text, signatures } = parseSignedNote(note);
    return [parseCheckpoint(text).size, signatures.length];
  });
}

function verified(store: AuditStore): ReturnType<typeof verifyStore> {
  return verifyStore(store, { keys: [keyOf(SIGNER)], witnessPolicy: policy });
}

/** Holds requests back until they are let go, in any order. */
class HeldCosigner implements Cosigner {
  readonly waiting: (() => void)[] = [];
  readonly #inner: Cosigner;

  constructor(inner: Cosigner = { cosign: ({ note }) => Promise.resolve(note) }) {
    this.#inner = inner;
  }

  cosign(request: CosignRequest): Promise<string> {
    return new Promise((resolve) => this.waiting.push(() => { resolve(this.#inner.cosign(request)); }));
  }
}

/** Lets everything run that waits for nothing outside of this process. */
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await new Promise(setImmediate);
}

describe('a trail in a store with witnesses', () => {
  it.each<[string, () => { readonly open: () => AuditStore; readonly look: () => AuditStore }]>([
    ['in memory', () => {
      const log = MemoryStore.open();
      return { open: () => log.another(), look: () => log };
    }],
    ['that has to be waited for', () => {
      const log = MemoryStore.open();
      return { open: () => new SlowStore(log.another()), look: () => log };
    }],
    ['in SQLite', () => {
      const open = (): AuditStore => openSqliteStore(join(folder, 'audit.db'));
      return { open, look: open };
    }],
  ])('has checkpoints confirmed in further records, from whatever the witness has seen, so that the log %s satisfies their policy', async (_, site) => {
    const { open, look } = site();
    for (let round = 0; round < 3; round += 1) {
      const trail = await openStoreTrail(open(), options());
      await fill(trail, 5);
      await trail.close();
    }
    const log = look();

    expect(await kept(log)).toEqual([[5, 1], [5, 2], [10, 1], [10, 2], [15, 1], [15, 2]]);
    expect(await verified(log)).toMatchObject({ valid: true, size: 15, errors: [] });
    expect(warnings).toEqual([]);
    await log.close();
  });

  it('is confirmed again after leaves were deleted that the witness had seen', async () => {
    const log = MemoryStore.open();
    const first = openStoreTrail(log.another(), options());
    await fill(first, 20);
    await first.close();
    await log.prune(stateOf((await all(log.records())).slice(0, 17)));

    const later = openStoreTrail(log.another(), options());
    await fill(later, 1);
    await later.close();

    expect((await kept(log)).at(-1)).toEqual([21, 2]);
    expect(warnings).toEqual([]);
  });

  it('goes on unconfirmed where leaves were deleted that the witness had not seen', async () => {
    const log = MemoryStore.open();
    const first = openStoreTrail(log.another(), options());
    await fill(first, 5);
    await first.close();
    const alone = openStoreTrail(log.another(), { signer: SIGNER });
    await fill(alone, 5);
    await alone.close();
    await log.prune(stateOf(await all(log.records())));

    const later = openStoreTrail(log.another(), options({ checkpointEntries: 1 }));
    await fill(later, 1);
    await turns();
    await fill(later, 1);
    await later.close();

    expect((await kept(log)).filter(([, signatures]) => signatures === 2)).toEqual([[5, 2]]);
    expect(warnings.join()).toContain('cannot prove anything for size 12');
  });

  it('waits for no witness before it appends or makes checkpoints, and for all of them when it is closed', async () => {
    const log = MemoryStore.open();
    const cosigner = new HeldCosigner();
    const trail = openStoreTrail(log.another(), options({ cosigner, checkpointEntries: 2 }));
    for (let i = 0; i < 6; i += 1) trail.append(call(String(i)));
    const before = await kept(log);

    let isClosed = false;
    const closed = Promise.resolve(trail.close()).then(() => { isClosed = true; });
    // The largest first.
    for (const letGo of [...cosigner.waiting].reverse()) {
      await turns();
      expect(isClosed).toBe(false);
      letGo();
    }
    await closed;

    expect(before.map(([size]) => size)).toEqual([2, 4, 6]);
    expect((await kept(log)).map(([size]) => size)).toEqual([2, 4, 6, 6, 4, 2]);
  });

  it('is held against its largest checkpoint, though a witness confirmed a smaller one later', async () => {
    const log = MemoryStore.open();
    const cosigner = new HeldCosigner();
    const trail = openStoreTrail(log.another(), options({ cosigner, checkpointEntries: 2 }));
    for (let i = 0; i < 4; i += 1) trail.append(call(String(i)));
    for (const letGo of [...cosigner.waiting].reverse()) {
      letGo();
      await turns();
    }
    const shorter = MemoryStore.open();
    shorter.append((await all(log.records())).slice(0, 3));
    for await (const record of log.checkpoints()) shorter.addCheckpoint(record);

    expect((await kept(log)).at(-1)?.[0]).toBe(2);
    expect(await codeOf(() => openStoreTrail(shorter))).toBe('CHECKPOINT');
    expect(await codeOf(() => openStoreTrail(log.another()))).toBe('');
    await trail.close();
  });

  it.each<[string, Cosigner['cosign'], string]>([
    ['rejects', () => Promise.reject(new Error('no quorum')), 'no quorum'],
    ['throws', () => { throw new Error('no quorum'); }, 'no quorum'],
    ['answers with another note', () => Promise.resolve('log\n1\nAAAA\n'), 'got another one'],
    // What the type does not allow, other people's code does.
    ['answers with nothing', () => Promise.resolve(undefined as unknown as string), 'no checkpoint of memory'],
  ])('loses neither entry nor checkpoint to a cosigner that %s, and tells of it', async (_, cosign, warning) => {
    const log = MemoryStore.open();
    const trail = openStoreTrail(log.another(), options({ cosigner: { cosign }, checkpointEntries: 2 }));

    await fill(trail, 2);
    await turns();
    await fill(trail, 1);
    await trail.close();

    expect(await kept(log)).toEqual([[2, 1], [3, 1]]);
    expect(warnings).toEqual([expect.stringContaining(warning), expect.stringContaining(warning)]);
    expect(log.size()).toBe(3);
  });

  it('takes a witness for no alarm that has seen the later checkpoint of another writer', async () => {
    const log = MemoryStore.open();
    const held = new HeldCosigner(new WitnessCosigner({ policy }));
    const slow = openStoreTrail(log.another(), options({ cosigner: held }));
    await fill(slow, 5);
    await slow.checkpoint();
    const quick = openStoreTrail(log.another(), options());
    await fill(quick, 5);
    await quick.close();

    held.waiting.shift()?.();
    const closed = slow.close();
    held.waiting.shift()?.();
    await closed;

    expect(warnings).toEqual([expect.stringMatching(/too few witnesses cosigned.*it has seen 10 leaves/u)]);
    expect(await codeOf(() => openStoreTrail(log.another()))).toBe('');
  });
});

describe('an SQLite database that was put back to an older copy', () => {
  const path = (name: string): string => join(folder, name);
  const copy = (from: string, to: string): void => {
    for (const side of ['', '-wal', '-shm']) {
      rmSync(path(to + side), { force: true });
      if (existsSync(path(from + side))) copyFileSync(path(from + side), path(to + side));
    }
  };
  async function grown(count: number): Promise<void> {
    const trail = openStoreTrail(openSqliteStore(path('audit.db')), options());
    await fill(trail, count);
    await trail.close();
  }
  beforeEach(async () => {
    await grown(5);
    copy('audit.db', 'old.db');
    await grown(5);
    copy('old.db', 'audit.db');
  });

  it.each([
    ['is shorter than', 3, /has seen 10 leaves.*the log was rolled back/u],
    ['is as long as', 5, /rewritten or forked/u],
    ['is longer than', 9, /rewritten or forked/u],
  ])('is found by its witness where what was appended since %s what was lost, and takes no further entry', async (_, count, alarm) => {
    let tell: (warning: string) => void = () => undefined;
    const told = new Promise<string>((resolve) => { tell = resolve; });
    const trail = openStoreTrail(openSqliteStore(path('audit.db')), options({ onWarning: (text) => { tell(text); } }));
    await fill(trail, count);
    await trail.checkpoint();

    expect(await told).toMatch(alarm);
    expect(await codeOf(() => trail.begin({ call_id: 'next', tool_name: 'search' }))).toBe('CHECKPOINT');
    expect(await codeOf(() => trail.append(call('next')))).toBe('CHECKPOINT');
    await trail.close();
  });

  it('is a valid log to whoever asks no witness, and expects no size', async () => {
    const store = openSqliteStore(path('audit.db'));

    expect(await verified(store)).toMatchObject({ valid: true, size: 5 });
    expect(await verifyStore(store, { expectSize: 10 })).toMatchObject({ valid: false });
    store.close();
  });
});
