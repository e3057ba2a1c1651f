import { describe, expect, it } from '@jest/globals';
import type { AuditEntry, CallDraft } from '../entry/entry.js';
import { parseLine } from '../entry/parse-line.js';
import { MemoryStore } from '../store/memory-store.js';
import { SlowStore } from '../store/slow-store.test.kit.js';
import { codeOf } from '../store/store-site.test.kit.js';
import { openStoreTrail } from '../store/store-trail.js';
import type { AppendReceipt, AuditBackend } from './audit-backend.js';
import { CallbackBackend } from './callback-backend.js';
import { MultiBackend } from './multi-backend.js';
import { NullBackend } from './null-backend.js';

function call(callId: string): CallDraft {
  return { call_id: callId, tool_name: 'search', decision: 'allowed', outcome: 'ok' };
}

async function sent(backend: AuditBackend, callId: string): Promise<AppendReceipt> {
  return backend.append(call(callId), true);
}

const failing = (message = 'broken'): AuditBackend => {
  const fail = (): never => {
    throw new Error(message);
  };
  return { begin: fail, append: fail, close: fail };
};

const slowlyFailing = (): AuditBackend => {
  const fail = async (): Promise<never> => {
    await new Promise(setImmediate);
    throw new Error('broken late');
  };
  return { begin: fail, append: fail, close: fail };
};

describe('a backend that keeps nothing', () => {
  it('counts, and answers as a trail would', async () => {
    const backend = new NullBackend();

    const receipts = ['a', 'b'].map((id) => backend.append(call(id)));
    backend.begin({ call_id: 'c', tool_name: 'x' });

    expect([backend.appended, backend.begun, receipts.map(({ sequence }) => sequence)]).toEqual([2, 1, [1, 2]]);
    expect(await codeOf(() => backend.append({ ...call('d'), depth: -1 }))).toBe('ENTRY_INVALID');
    backend.close();
    expect(await codeOf(() => backend.append(call('e')))).toBe('CLOSED');
  });
});

describe('a backend that hands entries to a function', () => {
  it('hands over sealed entries in one chain, and tells of calls before', () => {
    const got: [AuditEntry, string][] = [];
    const begun: (string | null)[] = [];
    const backend = new CallbackBackend((entry, line) => got.push([entry, line]), { onBegin: ({ call_id }) => begun.push(call_id) });

    void backend.begin({ call_id: 'a', tool_name: 'x' });
    void backend.append(call('a'));
    void backend.append(call('b'));

    expect(begun).toEqual(['a']);
    expect(got.map(([, line]) => parseLine(line))).toEqual(got.map(([entry]) => ({ ok: true, entry, hash: entry.entry_hash })));
    expect(got[1]?.[0].previous_hash).toBe(got[0]?.[0].entry_hash);
  });

  it('does not swallow errors, and takes no entry for kept whose function failed', async () => {
    const sequences: number[] = [];
    let isBroken = true;
    const backend = new CallbackBackend(({ sequence }) => {
      if (isBroken) throw new Error('queue is down');
      sequences.push(sequence);
    }, { onBegin: () => { throw new Error('no begin'); } });

    expect(() => backend.append(call('a'))).toThrow('queue is down');
    expect(() => backend.begin({ call_id: 'a', tool_name: 'x' })).toThrow('no begin');
    isBroken = false;
    void backend.append(call('b'));
    await backend.close();

    expect(sequences).toEqual([1]);
    expect(await codeOf(() => backend.append(call('c')))).toBe('CLOSED');
  });

  it('hands over one after another where the function has to be waited for', async () => {
    const got: AuditEntry[] = [];
    const backend = new CallbackBackend(async (entry) => {
      await new Promise(setImmediate);
      if (entry.call_id === '3') throw new Error('not this one');
      got.push(entry);
    });

    const settled = await Promise.allSettled(Array.from({ length: 6 }, (_, i) => sent(backend, String(i))));
    const last = sent(backend, 'last');
    await backend.close();
    await last;

    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(got.map(({ call_id, sequence }) => [call_id, sequence])).toEqual([['0', 1], ['1', 2], ['2', 3], ['4', 4], ['5', 5], ['last', 6]]);
    expect(got.map(({ previous_hash }) => previous_hash)).toEqual(['', ...got.slice(0, -1).map(({ entry_hash }) => entry_hash)]);
  });

  it('says so to a caller that cannot wait for a function that has to be waited for', async () => {
    const backend = new CallbackBackend(async () => new Promise(setImmediate), { onBegin: () => Promise.reject(new Error('late')) });

    expect(await codeOf(() => backend.append(call('a')))).toBe('STORE');
    expect(await codeOf(() => backend.append(call('b')))).toBe('STORE');
    expect(await codeOf(() => backend.begin({ call_id: 'b', tool_name: 'x' }))).toBe('STORE');
    expect((await sent(backend, 'c')).sequence).toBe(2);
  });
});

describe('several backends', () => {
  it('all get everything, at once where they answer at once; the receipt is the first one\'s', () => {
    const logs = [MemoryStore.open(), MemoryStore.open()];
    const [first, second] = logs.map((log) => openStoreTrail(log.another()));
    if (first === undefined || second === undefined) throw new Error('no trails');
    const multi = new MultiBackend([first, second, new NullBackend()]);

    expect(multi.begin({ call_id: 'a', tool_name: 'x' })).toBeUndefined();
    expect(multi.append(call('a'))).toMatchObject({ writerId: first.writerId, sequence: 1 });
    expect(multi.close()).toBeUndefined();

    expect(logs.map((log) => [log.size(), log.orphans()])).toEqual([[1, []], [1, []]]);
  });

  it('must all succeed unless a quorum is named', async () => {
    const multi = new MultiBackend([new NullBackend(), failing()]);

    const attempt = (): unknown => multi.append(call('a'));

    expect(await codeOf(attempt)).toBe('STORE');
    expect(await codeOf(() => multi.begin({ call_id: 'a', tool_name: 'x' }))).toBe('STORE');
    expect(attempt).toThrow(expect.objectContaining({ cause: expect.objectContaining({ errors: [expect.objectContaining({ message: 'broken' })] }) }));
  });

  it('tell of those that failed while enough others succeeded', () => {
    const warnings: string[] = [];
    const kept = new NullBackend();
    const multi = new MultiBackend([failing(), kept, failing('too')], { quorum: 1, onWarning: (message) => warnings.push(message) });

    const receipt = multi.append(call('a'));

    expect(receipt).toMatchObject({ sequence: 1 });
    expect(warnings).toEqual(['backend 1 of 3 failed to append: broken', 'backend 3 of 3 failed to append: too']);
  });

  it('answer when it is decided, and tell of what fails later', async () => {
    const warnings: string[] = [];
    const multi = new MultiBackend([slowlyFailing(), new NullBackend()], { quorum: 1, onWarning: (message) => warnings.push(message) });

    const receipt = await sent(multi, 'a');
    const before = warnings.length;
    await new Promise((resolve) => setTimeout(resolve, 10));

    expect([receipt.sequence, before, warnings]).toEqual([1, 0, ['backend 1 of 2 failed to append: broken late']]);
  });

  it('wait for those that have to be waited for', async () => {
    const log = MemoryStore.open();
    const multi = new MultiBackend([await openStoreTrail(new SlowStore(log.another())), new NullBackend()]);

    await multi.begin({ call_id: 'a', tool_name: 'x' }, true);
    await sent(multi, 'a');

    expect(log.size()).toBe(1);
    await expect(sent(new MultiBackend([new NullBackend(), slowlyFailing()]), 'a')).rejects.toMatchObject({ code: 'STORE' });
    await multi.close();
  });

  it('refuse a caller that cannot wait when one of them has to be waited for, unless the others are enough', async () => {
    const slow = await openStoreTrail(new SlowStore(MemoryStore.open()));

    expect(await codeOf(() => new MultiBackend([new NullBackend(), slow]).append(call('a')))).toBe('STORE');
    expect(new MultiBackend([new NullBackend(), slow], { quorum: 1 }).append(call('a'))).toMatchObject({ sequence: 1 });
    expect(await codeOf(() => new MultiBackend([new NullBackend(), slowlyFailing()]).append(call('a')))).toBe('STORE');
  });

  it('are all closed, whatever becomes of one', async () => {
    const last = new NullBackend();

    expect(await codeOf(() => new MultiBackend([failing(), last], { quorum: 1 }).close())).toBe('STORE');
    expect(await codeOf(() => last.append(call('a')))).toBe('CLOSED');
    expect(await codeOf(() => new MultiBackend([slowlyFailing(), new NullBackend()]).close())).toBe('STORE');
  });

  it('refuse to be none, and quorums that cannot be', async () => {
    expect(await codeOf(() => new MultiBackend([]))).toBe('OPTIONS');
    for (const quorum of [0, 3, 1.5, -1, Number.NaN]) {
      expect(await codeOf(() => new MultiBackend([new NullBackend(), new NullBackend()], { quorum }))).toBe('OPTIONS');
    }
  });
});
