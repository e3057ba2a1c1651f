import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AppendReceipt } from '../backend/audit-backend.js';
import { parseCheckpoint } from '../checkpoint/checkpoint.js';
import { generateKeyPair, KeySigner } from '../checkpoint/key-signer.js';
import { parseSignedNote } from '../checkpoint/signed-note.js';
import { parseVerifierKey } from '../checkpoint/verifier-key.js';
import { verifyNote } from '../checkpoint/verify-note.js';
import type { CallDraft, AuditEntry } from '../entry/entry.js';
import { parseLine } from '../entry/parse-line.js';
import { rootOf } from '../tree/tree-state.js';
import { openStoreTrail, type StoreTrail } from './store-trail.js';
import { MemoryStore } from './memory-store.js';
import { all, stateOf } from './sealed.test.kit.js';
import { SlowStore, type Fate } from './slow-store.test.kit.js';
import { codeOf } from './store-site.test.kit.js';

function call(callId: string, more: Partial<CallDraft> = {}): CallDraft {
  return { call_id: callId, tool_name: 'search', decision: 'allowed', outcome: 'ok', ...more };
}

async function sent(trail: StoreTrail, draft: CallDraft): Promise<AppendReceipt> {
  return trail.append(draft, true);
}

/** All entries; throws unless every writer's chain is whole. */
async function entriesOf(store: MemoryStore): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  const heads = new Map<string, AuditEntry>();
  for await (const { line, hash } of store.records()) {
    const parsed = parseLine(String(line));
    if (!parsed.ok || parsed.hash !== hash) throw new Error('not the entry that was hashed');
    const { entry } = parsed;
    const before = heads.get(entry.writer_id);
    expect([entry.sequence, entry.previous_hash]).toEqual([(before?.sequence ?? 0) + 1, before?.entry_hash ?? '']);
    heads.set(entry.writer_id, entry);
    entries.push(entry);
  }
  return entries;
}

describe('a trail in a store that answers at once', () => {
  let log: MemoryStore;
  beforeEach(() => {
    log = MemoryStore.open();
  });

  it('has stored the entry when append returns, in one chain', async () => {
    const trail = openStoreTrail(log.another());

    const receipts = ['a', 'b', 'c'].map((id) => trail.append(call(id)));

    const entries = await entriesOf(log);
    expect(entries.map(({ call_id }) => call_id)).toEqual(['a', 'b', 'c']);
    expect(receipts).toEqual(entries.map((e) => ({ entryId: e.entry_id, entryHash: e.entry_hash, sequence: e.sequence, writerId: trail.writerId })));
    expect(trail.head()).toEqual({ size: 3, root: rootOf(stateOf(await all(log.records()))) });
  });

  it('ends a call with its entry, and finds the others when their writer is dead', async () => {
    const handle = log.another();
    const dead = openStoreTrail(handle);
    dead.begin({ call_id: 'a', tool_name: 'search' });
    dead.begin({ call_id: 'b', tool_name: 'send', agent: 'x', decision: 'redacted' });
    dead.append(call('a'));
    handle.close();

    const trail = openStoreTrail(log.another());

    const entries = await entriesOf(log);
    expect(entries.map(({ call_id, outcome, agent, decision }) => [call_id, outcome, agent, decision])).toEqual([
      ['a', 'ok', null, 'allowed'],
      ['b', 'unknown', 'x', 'redacted'],
    ]);
    expect(entries[1]?.writer_id).toBe(trail.writerId);
    void trail.close();
    openStoreTrail(log.another());
    expect(log.size()).toBe(2);
  });

  it('refuses what is no entry, and everything once it is closed', async () => {
    const trail = openStoreTrail(log.another());

    expect(await codeOf(() => trail.append({ ...call('a'), depth: -1 }))).toBe('ENTRY_INVALID');
    expect(await codeOf(() => trail.begin({ call_id: 'a', tool_name: 'x', depth: 0.5 }))).toBe('ENTRY_INVALID');
    expect(await codeOf(() => trail.append(call('a', { agent: 'x'.repeat(17 * 1024 * 1024) })))).toBe('ENTRY_TOO_LARGE');
    trail.append(call('b'));
    void trail.close();
    void trail.close();

    expect(await codeOf(() => trail.append(call('c')))).toBe('CLOSED');
    expect(await codeOf(() => trail.begin({ call_id: 'c', tool_name: 'x' }))).toBe('CLOSED');
    expect(await codeOf(() => trail.head())).toBe('CLOSED');
    expect((await entriesOf(log)).map(({ call_id }) => call_id)).toEqual(['b']);
  });

  it('makes a checkpoint after so many entries, and at its close', async () => {
    const trail = openStoreTrail(log.another(), { checkpointEntries: 4, origin: 'example.com/log' });
    for (let i = 0; i < 10; i += 1) trail.append(call(String(i)));
    void trail.close();

    const records = await all(log.records());
    const checkpoints = (await all(log.checkpoints())).map(({ note }) => parseCheckpoint(note));
    expect(checkpoints).toEqual([4, 8, 10].map((size) => ({ origin: 'example.com/log', size, root: rootOf(stateOf(records.slice(0, size))) })));
  });

  it('makes no checkpoint twice, and none of nothing', () => {
    const trail = openStoreTrail(log.another());

    expect(trail.checkpoint()).toBeNull();
    trail.append(call('a'));
    const made = trail.checkpoint();

    expect(trail.checkpoint()).toEqual(made);
    expect(made).toEqual(log.lastCheckpoint());
  });

  it('goes on from the checkpoints of others', async () => {
    const [one, two] = [openStoreTrail(log.another(), { checkpointEntries: 3 }), openStoreTrail(log.another(), { checkpointEntries: 5 })];
    for (let i = 0; i < 30; i += 1) (i % 3 === 0 ? one : two).append(call(String(i)));
    void one.close();
    void two.close();

    const records = await all(log.records());
    for await (const { note, nodes } of log.checkpoints()) {
      const { size, root } = parseCheckpoint(note);
      expect([root, nodes]).toEqual([rootOf(stateOf(records.slice(0, size))), stateOf(records.slice(0, size)).nodes]);
    }
  });

  it.each([1, 2, 3, 7, 8, 12, 64, 100])('is refused when a leaf before its last checkpoint is another one: %d leaves', async (count) => {
    const first = openStoreTrail(log.another());
    for (let i = 0; i < count; i += 1) first.append(call(String(i)));
    void first.close();
    const records = await all(log.records());
    const forged = MemoryStore.open();
    const other = openStoreTrail(forged.another(), { checkpointEntries: 0, checkpointSeconds: 0 });
    for (let i = 0; i < count; i += 1) other.append(call(String(i)));
    void other.close();
    const replaced = MemoryStore.open();
    replaced.append([...records.slice(0, -1), ...(await all(forged.records())).slice(0, 1)]);
    const shorter = MemoryStore.open();
    shorter.append(records.slice(0, -1));
    for (const store of [replaced, shorter]) for await (const checkpoint of log.checkpoints()) store.addCheckpoint(checkpoint);

    expect(await codeOf(() => openStoreTrail(replaced))).toBe('CHECKPOINT');
    expect(await codeOf(() => openStoreTrail(shorter))).toBe('CHECKPOINT');
    expect(await codeOf(() => openStoreTrail(log.another()))).toBe('');
  });

  it('is refused when its last checkpoint is none', async () => {
    for (const note of ['', 'x\n1\nAAAA\n', 'x\n-1\n\n']) {
      const store = MemoryStore.open();
      store.addCheckpoint({ note, nodes: [], position: null, time: '2026-01-01T00:00:00.000Z' });

      expect(await codeOf(() => openStoreTrail(store))).toBe('CHECKPOINT');
    }
  });

  it('appends nothing more once the store turned out to be another one', async () => {
    const warnings: string[] = [];
    const store = log.another();
    const trail = openStoreTrail(store, { checkpointEntries: 3, onWarning: (message) => warnings.push(message) });
    trail.append(call('a'));
    const other = MemoryStore.open();
    openStoreTrail(other, { checkpointEntries: 2 }).append(call('x'));
    log.addCheckpoint({ note: 'x\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n', nodes: ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'], position: null, time: '2026-01-01T00:00:00.000Z' });
    trail.append(call('b'));
    trail.append(call('c'));

    expect(await codeOf(() => trail.append(call('d')))).toBe('CHECKPOINT');
    expect(warnings).toHaveLength(1);
  });

  it('goes on after leaves before its last checkpoint were deleted', async () => {
    const trail = openStoreTrail(log.another());
    for (let i = 0; i < 20; i += 1) trail.append(call(String(i)));
    void trail.close();
    const records = await all(log.records());
    await log.prune(stateOf(records.slice(0, 13)));

    const later = openStoreTrail(log.another());
    later.append(call('later'));

    expect(later.head()).toEqual({ size: 21, root: rootOf(stateOf([...records, ...(await all(log.records(20)))])) });
  });

  it('refuses options that cannot be kept', async () => {
    for (const options of [{ checkpointEntries: -1 }, { checkpointSeconds: Number.NaN }, { batchEntries: 0 }, { batchEntries: 1e9 }]) {
      expect(await codeOf(() => openStoreTrail(log.another(), options))).toBe('OPTIONS');
    }
  });
});

describe('a trail in a store that has to be waited for', () => {
  let log: MemoryStore;
  let store: SlowStore;
  let trail: StoreTrail;
  beforeEach(async () => {
    log = MemoryStore.open();
    store = new SlowStore(log.another());
    trail = await openStoreTrail(store);
  });
  afterEach(async () => {
    await trail.close();
  });

  it('refuses callers that cannot wait, before anything is sent', async () => {
    expect(await codeOf(() => trail.append(call('a')))).toBe('STORE');
    expect(await codeOf(() => trail.begin({ call_id: 'a', tool_name: 'x' }))).toBe('STORE');
    expect([store.appends, store.begins]).toEqual([0, 0]);
  });

  it('sends what comes together in few batches, one at a time, in order', async () => {
    const receipts = await Promise.all(Array.from({ length: 200 }, (_, i) => sent(trail, call(String(i)))));

    const entries = await entriesOf(log);
    expect(entries.map(({ call_id }) => call_id)).toEqual(Array.from({ length: 200 }, (_, i) => String(i)));
    expect(receipts.map(({ entryHash }) => entryHash)).toEqual(entries.map(({ entry_hash }) => entry_hash));
    expect([store.appends, store.mostFlying]).toEqual([4, 1]);
  });

  it('notes a call before it ends it, also for a caller that does not wait in between', async () => {
    const begun = trail.begin({ call_id: 'a', tool_name: 'x' }, true);
    await Promise.all([begun, sent(trail, call('a'))]);
    await trail.close();

    expect(log.orphans()).toEqual([]);
    expect(log.size()).toBe(1);
  });

  it('tells the callers of a batch that did not land, and goes on', async () => {
    store.fates.push('lost before');

    const failed = await codes([sent(trail, call('a')), sent(trail, call('b'))]);
    await sent(trail, call('c'));

    expect(failed).toEqual(['connection refused', 'connection refused']);
    expect((await entriesOf(log)).map(({ call_id }) => call_id)).toEqual(['c']);
  });

  it('tells nobody of a failure when the batch landed after all', async () => {
    store.fates.push('lost after');

    const receipts = await Promise.all([sent(trail, call('a')), sent(trail, call('b'))]);
    await sent(trail, call('c'));

    const entries = await entriesOf(log);
    expect(entries.map(({ call_id }) => call_id)).toEqual(['a', 'b', 'c']);
    expect(receipts[1].entryHash).toBe(entries[1]?.entry_hash);
  });

  it.each(['lost before', 'lost after'] as const)('asks before it goes on when nobody could tell: %s', async (fate) => {
    store.fates.push(fate);
    store.deafFor = 2;

    const failed = await codes([sent(trail, call('a'))]);
    const again = await codes([sent(trail, call('b'))]);
    await sent(trail, call('c'));

    expect([failed, again]).toEqual([[fate === 'lost before' ? 'connection refused' : 'connection reset'], ['connection refused']]);
    expect((await entriesOf(log)).map(({ call_id }) => call_id)).toEqual(fate === 'lost before' ? ['c'] : ['a', 'c']);
  });

  it('keeps one chain when a batch arrives after everybody thought it lost', async () => {
    store.fates.push('late');

    const failed = await codes([sent(trail, call('a'))]);
    const second = await codes([sent(trail, call('b'))]);
    await sent(trail, call('c'));

    expect(failed).toEqual(['connection reset']);
    expect(second).toHaveLength(1);
    expect((await entriesOf(log)).map(({ call_id }) => call_id)).toEqual(['a', 'c']);
  });

  it('loses nothing it acknowledged and stores nothing twice, whatever happens to its connections', async () => {
    const fate = fc.constantFrom<Fate>('works', 'works', 'lost before', 'lost after', 'late');
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { maxLength: 12 }), fc.array(fc.nat(3), { maxLength: 12 }), async (fates, deaf) => {
        const memory = MemoryStore.open();
        const slow = new SlowStore(memory.another());
        slow.fates.push(...fates);
        const opened = await openStoreTrail(slow, { batchEntries: 3, checkpointEntries: 5 });
        const known: string[] = [];

        for (let i = 0; i < 12; i += 1) {
          slow.deafFor = deaf[i] ?? 0;
          const settled = await Promise.allSettled([0, 1, 2, 3].map((k) => sent(opened, call(`${String(i)}-${String(k)}`))));
          for (const one of settled) if (one.status === 'fulfilled') known.push(one.value.entryHash);
        }
        slow.fates.length = 0;
        slow.deafFor = 0;
        // A late one may still come between and take the place of one more.
        await Promise.allSettled([sent(opened, call('x'))]);
        known.push((await sent(opened, call('last'))).entryHash);

        const entries = await entriesOf(memory);
        expect(new Set(entries.map(({ call_id }) => call_id)).size).toBe(entries.length);
        expect(entries.map(({ entry_hash }) => entry_hash)).toEqual(expect.arrayContaining(known));
        await opened.close();
      }),
      { numRuns: 40 },
    );
  });

  it('does not let one entry that is too long take down those beside it', async () => {
    const long = call('long', { agent: 'x'.repeat(17 * 1024 * 1024) });

    const settled = await Promise.allSettled([sent(trail, call('a')), sent(trail, long), sent(trail, call('b'))]);

    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await entriesOf(log)).map(({ call_id }) => call_id)).toEqual(['a', 'b']);
  });

  it('makes checkpoints, and the last one before it is closed', async () => {
    const other = await openStoreTrail(new SlowStore(log.another()), { checkpointEntries: 4 });
    for (let i = 0; i < 10; i += 1) await sent(other, call(String(i)));
    const waiting = sent(other, call('waiting'));
    await other.close();
    await waiting;

    const records = await all(log.records());
    const last = log.lastCheckpoint();
    expect(parseCheckpoint(last?.note ?? '')).toMatchObject({ size: 11, root: rootOf(stateOf(records)) });
  });

  it('waits for a signer that has to be waited for', async () => {
    const { signingKey, verifierKey } = generateKeyPair('example.com/log');
    const key = new KeySigner(signingKey);
    const signer = { verifierKey: key.verifierKey, sign: (message: Uint8Array) => new Promise<Uint8Array>((resolve) => setImmediate(() => { resolve(key.sign(message)); })) };
    for (const one of [new SlowStore(log.another()), log.another()]) {
      const signed = await openStoreTrail(one, { signer, checkpointEntries: 2 });
      for (let i = 0; i < 5; i += 1) await sent(signed, call(String(i)));
      await signed.close();
    }

    for await (const { note } of log.checkpoints()) {
      const { verified } = await verifyNote(parseSignedNote(note), [parseVerifierKey(verifierKey)]);
      expect(verified).toHaveLength(1);
    }
    expect(parseCheckpoint(parseSignedNote(log.lastCheckpoint()?.note ?? '').text)).toMatchObject({ origin: 'example.com/log', size: 10 });
  });
});

async function codes(attempts: readonly Promise<AppendReceipt>[]): Promise<string[]> {
  const settled = await Promise.allSettled(attempts);
  return settled.map((one) => (one.status === 'rejected' && one.reason instanceof Error ? one.reason.message : 'no error'));
}
