import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseSignedNote } from '../checkpoint/signed-note.js';
import { formatVerifierKey } from '../checkpoint/verifier-key.js';
import { verifyNote } from '../checkpoint/verify-note.js';
import { openTrail, type Trail } from '../trail/trail.js';
import type { TreeState } from '../tree/tree-state.js';
import type { CosignFailure } from './cosign.js';
import type { CosignRequest } from './cosigner.js';
import { WitnessCosigner, type WitnessCosignerOptions } from './witness-cosigner.js';
import { isSatisfied, parseWitnessPolicy } from './witness-policy.js';
import { createWitness, type WitnessServer } from './witness-server.js';
import { newSigner, ORIGIN, TestLog } from './witness.test.kit.js';

describe('a cosigner of witnesses', () => {
  const log = new TestLog(60);
  let folder: string;
  let servers: WitnessServer[];
  let lines: string[];
  let failures: CosignFailure[];
  let asked: number[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'enforcecore-witness-'));
    [servers, lines, failures, asked] = [[], [], [], []];
    for (const name of ['a', 'b', 'c']) {
      const server = createWitness({ signer: newSigner(`${name}.example/w`), logs: [{ origin: ORIGIN, keys: [log.key] }], folder: join(folder, name) });
      servers.push(server);
      lines.push(`witness ${name} ${server.verifierKey} ${(await server.listen()).url}`);
    }
  });
  afterEach(async () => {
    for (const server of servers) await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function cosigner(quorum: string, options: Partial<WitnessCosignerOptions> = {}): WitnessCosigner {
    return new WitnessCosigner({ policy: policy(quorum), onFailure: (failure) => failures.push(failure), ...options });
  }

  function policy(quorum: string): WitnessCosignerOptions['policy'] {
    return parseWitnessPolicy([`log ${formatVerifierKey(log.key)}`, ...lines, `group g ${quorum} a b c`, 'quorum g'].join('\n'));
  }

  function request(size: number, of = log): CosignRequest {
    const stateAt = (atMost: number): TreeState => {
      asked.push(atMost);
      return of.state(atMost - (atMost % 10));
    };
    return { note: of.note(size), size, stateAt, leavesFrom: (from) => of.leaves.slice(from, size) };
  }

  async function signers(note: string, quorum: string): Promise<number> {
    const verdict = await verifyNote(parseSignedNote(note), policy(quorum).keys);
    return isSatisfied(policy(quorum), verdict) ? verdict.verified.length : 0;
  }

  it('adds what satisfies the policy, checkpoint after checkpoint', async () => {
    const all = cosigner('all');

    const notes = [await all.cosign(request(7)), await all.cosign(request(33)), await all.cosign(request(33)), await all.cosign(request(60))];

    expect(await Promise.all(notes.map((note) => signers(note, 'all')))).toEqual([4, 4, 4, 4]);
    expect([failures, asked.includes(33)]).toEqual([[], true]);
  });

  it('goes on after a start anew from the nearest state that is kept', async () => {
    await cosigner('all').cosign(request(33));

    expect(await signers(await cosigner('all').cosign(request(50)), 'all')).toBe(4);
  });

  it('tells of a witness that fails, though the others were enough', async () => {
    await servers[1]?.close();

    expect(await signers(await cosigner('2').cosign(request(7)), '2')).toBe(3);
    expect(failures).toMatchObject([{ witness: 'b.example/w', error: { code: 'WITNESS' } }]);
    await expect(cosigner('all').cosign(request(8))).rejects.toMatchObject({ code: 'WITNESS', message: expect.stringContaining('b.example/w') });
    expect(await signers(await cosigner('2').cosign(request(9)), '2')).toBe(3);
  });

  it('raises an alarm for a rewritten log', async () => {
    await cosigner('all').cosign(request(20));

    await expect(cosigner('2').cosign(request(30, log.fork(5)))).rejects.toMatchObject({ code: 'CHECKPOINT' });
    await expect(cosigner('2').cosign(request(20, log.fork(5)))).rejects.toMatchObject({ code: 'CHECKPOINT' });
    expect(failures).toHaveLength(6);
  });

  it('takes a witness that is ahead for an alarm only where nobody else writes the log', async () => {
    await cosigner('all').cosign(request(20));

    await expect(cosigner('2').cosign(request(10))).rejects.toMatchObject({ code: 'WITNESS' });
    await expect(cosigner('2', { isOnlyWriter: true }).cosign(request(10))).rejects.toMatchObject({ code: 'CHECKPOINT', seen: 20 });
  });

  it('takes a witness that is ahead for an alarm where the log does not have those leaves, whoever writes it', async () => {
    await cosigner('all').cosign(request(20));

    await expect(cosigner('2').cosign({ ...request(10), sizeNow: () => 20 })).rejects.toMatchObject({ code: 'WITNESS' });
    await expect(cosigner('2').cosign({ ...request(10), sizeNow: () => Promise.resolve(19) })).rejects.toMatchObject({ code: 'CHECKPOINT', seen: 20 });
    await expect(cosigner('2').cosign({ ...request(10), sizeNow: () => Promise.reject(new Error('closed')) })).rejects.toThrow('closed');
  });

  it('finds a trail of files that was put back to an older copy, and stops it', async () => {
    const path = join(folder, 'trail.jsonl');
    const enter = (count: number): Trail => {
      const trail = openTrail(path, { signer: log.signer, cosigner: cosigner('all') });
      for (let i = 0; i < count; i += 1) trail.append({ call_id: String(i), tool_name: 'search', decision: 'allowed', outcome: 'ok' });
      return trail;
    };
    await enter(5).close();
    const old = [path, `${path}.checkpoints`].map((file) => [file, readFileSync(file)] as const);
    await enter(5).close();
    for (const [file, bytes] of old) writeFileSync(file, bytes);

    const trail = enter(2);
    await trail.checkpoint();
    while (failures.length < 3) await new Promise(setImmediate);
    await new Promise(setImmediate);

    expect(() => trail.begin({ call_id: 'next', tool_name: 'search' })).toThrow(expect.objectContaining({ code: 'CHECKPOINT', seen: 10 }));
    await trail.close();
  });

  it('lets no checkpoint overtake another, and skips those that a later one replaced', async () => {
    const all = cosigner('all', { isOnlyWriter: true });

    const outcomes = await Promise.allSettled([5, 10, 15, 20].map((size) => all.cosign(request(size))));

    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled']);
    expect(outcomes.slice(0, 3)).toEqual(Array(3).fill(expect.objectContaining({ reason: expect.objectContaining({ code: 'WITNESS' }) })));
    expect(failures).toEqual([]);
  });

  it('cosigns the checkpoints of a real trail', async () => {
    const path = join(folder, 'trail.jsonl');
    for (let round = 0; round < 2; round += 1) {
      const trail = openTrail(path, { signer: log.signer, cosigner: cosigner('all') });
      for (let i = 0; i < 25; i += 1) trail.append({ call_id: String(i), tool_name: 'search', decision: 'allowed', outcome: 'ok' });
      await trail.close();
    }

    const records = readFileSync(`${path}.checkpoints`, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { readonly note: string });

    expect(await signers(records.at(-1)?.note ?? '', 'all')).toBe(4);
    expect(records.at(-1)?.note).toContain(`${ORIGIN}\n50\n`);
    expect(failures).toEqual([]);
  });
});
