import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseSignedNote } from '../checkpoint/signed-note.js';
import { formatVerifierKey } from '../checkpoint/verifier-key.js';
import { verifyNote } from '../checkpoint/verify-note.js';
import { cosignCheckpoint, policyWitnesses } from './cosign.js';
import { isSatisfied, parseWitnessPolicy } from './witness-policy.js';
import { createWitness, type WitnessServer } from './witness-server.js';
import { newSigner, ORIGIN, TestLog } from './witness.test.kit.js';

describe('a checkpoint goes to its witnesses', () => {
  const log = new TestLog(60);
  let folder: string;
  let servers: WitnessServer[];
  let lines: string[];
  let reads: number[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'enforcecore-witness-'));
    servers = [];
    lines = [];
    reads = [];
    for (const name of ['a', 'b', 'c']) {
      const server = createWitness({ signer: newSigner(`${name}.example/w`), logs: [{ origin: ORIGIN, keys: [log.key] }], folder: join(folder, name) });
      servers.push(server);
      const { url } = await server.listen();
      lines.push(`witness ${name} ${server.verifierKey} ${url}`);
    }
  });
  afterEach(async () => {
    for (const server of servers) await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function policy(quorum: string): ReturnType<typeof parseWitnessPolicy> {
    return parseWitnessPolicy([`log ${formatVerifierKey(log.key)}`, ...lines, `group g ${quorum} a b c`, 'quorum g'].join('\n'));
  }

  async function* leaves(index: number): AsyncGenerator<string> {
    reads.push(index);
    for (const leaf of log.leaves.slice(index)) yield await Promise.resolve(leaf);
  }

  it('and comes back with all their cosignatures', async () => {
    const result = await cosignCheckpoint({ record: { note: log.note(20) }, leaves, policy: policy('all') });

    expect([result.satisfied, result.failures, result.cosigned.map(({ witness }) => witness)]).toEqual([true, [], ['a.example/w', 'b.example/w', 'c.example/w']]);
    expect(parseSignedNote(result.note).signatures).toHaveLength(4);
    expect((await verifyNote(parseSignedNote(result.note), policy('all').keys)).verified).toHaveLength(4);
    expect(reads).toEqual([]);
  });

  it('from the last one they saw, reading only the leaves since', async () => {
    await cosignCheckpoint({ record: { note: log.note(20) }, leaves, policy: policy('all') });

    const { satisfied } = await cosignCheckpoint({ record: { note: log.note(50) }, previous: log.state(20), leaves, policy: policy('all') });

    expect([satisfied, reads]).toEqual([true, [20]]);
  });

  it('each from where it stands, however they differ', async () => {
    const [a, b, c] = policyWitnesses(policy('all')).map((witness) => [witness]);
    await cosignCheckpoint({ record: { note: log.note(20) }, leaves, witnesses: [...(a ?? []), ...(b ?? [])] });
    await cosignCheckpoint({ record: { note: log.note(33) }, previous: log.state(20), leaves, witnesses: b ?? [] });
    reads = [];

    const result = await cosignCheckpoint({ record: { note: log.note(50) }, previous: log.state(20), leaves, policy: policy('all') });

    expect([c?.length, result.satisfied, result.failures]).toEqual([1, true, []]);
    expect([...reads].sort((x, y) => x - y)).toEqual([20, 20, 33]);
  });

  it('and says who failed and why, while the rest counts', async () => {
    await servers[2]?.close();

    const two = await cosignCheckpoint({ record: { note: log.note(20) }, leaves, policy: policy('2') });
    const all = await cosignCheckpoint({ record: { note: log.note(20) }, previous: log.state(20), leaves, policy: policy('all') });

    expect([two.satisfied, all.satisfied]).toEqual([true, false]);
    expect(two.failures).toMatchObject([{ witness: 'c.example/w', error: { code: 'WITNESS' } }]);
    expect(isSatisfied(policy('2'), await verifyNote(parseSignedNote(two.note), policy('2').keys))).toBe(true);
  });

  it('and a rewritten log is an alarm by every witness that knew the other', async () => {
    await cosignCheckpoint({ record: { note: log.note(20) }, leaves, witnesses: policyWitnesses(policy('any')).slice(0, 2) });
    const fork = log.fork(7);

    const result = await cosignCheckpoint({
      record: { note: fork.note(50) },
      previous: fork.state(20),
      leaves: (index) => fork.leaves.slice(index),
      policy: policy('2'),
    });

    expect([result.satisfied, result.failures.map(({ error }) => error.code)]).toEqual([false, ['CHECKPOINT', 'CHECKPOINT']]);
  });

  it('and a log that cannot be read is told as that', async () => {
    await cosignCheckpoint({ record: { note: log.note(20) }, leaves, policy: policy('all') });
    const broken = (): Iterable<string> => {
      throw new Error('disk');
    };

    const unread = await cosignCheckpoint({ record: { note: log.note(50) }, leaves: broken, policy: policy('all') });
    const short = await cosignCheckpoint({ record: { note: log.note(50) }, leaves: () => log.leaves.slice(0, 9), policy: policy('all') });

    expect(unread.failures.map(({ error }) => [error.code, (error.cause as Error).message])).toEqual(Array(3).fill(['WITNESS', 'disk']));
    expect(short.failures.map(({ error }) => error.code)).toEqual(Array(3).fill('TRUNCATED'));
  });

  it('and without a policy there is no verdict, without a checkpoint an error', async () => {
    expect((await cosignCheckpoint({ record: { note: log.note(20) }, leaves })).satisfied).toBeNull();
    await expect(cosignCheckpoint({ record: { note: 'x' }, leaves })).rejects.toMatchObject({ code: 'FORMAT' });
  });
});
