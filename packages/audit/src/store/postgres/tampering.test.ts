import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { leafHash, type TreeHead } from '../../tree/tree-state.js';
import { call } from '../../trail/kit.test.kit.js';
import { verifyStore } from '../../verify/verify-store.js';
import { WitnessCosigner } from '../../witness/witness-cosigner.js';
import { parseWitnessPolicy } from '../../witness/witness-policy.js';
import { createWitness } from '../../witness/witness-server.js';
import { keyOf, newSigner, ORIGIN } from '../../witness/witness.test.kit.js';
import type { AuditStore } from '../audit-store.js';
import { openStoreTrail, type StoreTrail } from '../store-trail.js';
import { codeOf } from '../store-site.test.kit.js';
import { TestWriter } from '../sealed.test.kit.js';
import { checkLog } from './log-check.test.kit.js';
import { openPostgresStore } from './open-postgres-store.js';
import { describePostgres, freshSchema } from './server.test.kit.js';

describePostgres('tampering by SQL with a log in PostgreSQL (D-52)', (server) => {
  let schema: string;
  let store: AuditStore;
  let before: TreeHead;
  beforeEach(async () => {
    schema = freshSchema();
    store = await openPostgresStore({ connectionString: server().url, schema });
    const [first, second] = [new TestWriter(), new TestWriter()];
    for (let i = 0; i < 5; i += 1) await store.append([...first.calls(1, `a${String(i)}`), ...second.calls(1, `b${String(i)}`)]);
    const { faults, size, root } = await checkLog(store);
    expect(faults).toEqual([]);
    before = { size, root };
  });
  afterEach(async () => {
    await store.close();
    await server().run(`drop schema ${schema} cascade`);
  });

  /** As a superuser, past the triggers. */
  const tamper = (...statements: string[]): Promise<unknown> =>
    server().run([`set search_path = ${schema}`, 'alter table leaves disable trigger user', ...statements, 'alter table leaves enable trigger user'].join(';\n'));
  const look = async (): Promise<{ readonly faults: readonly string[]; readonly isSame: boolean }> => {
    const { faults, size, root } = await checkLog(store);
    const isSame = size === before.size && root === before.root;
    // What users run finds it too.
    if (faults.length > 0 || !isSame) expect((await verifyStore(store, { expectSize: before.size, expectRoot: before.root })).valid).toBe(false);
    return { faults, isSame };
  };

  it('is found where a line was changed', async () => {
    await tamper(`update leaves set line = replace(line, '"decision":"allowed"', '"decision":"blocked"') where index = 4`);

    expect(await look()).toEqual({ faults: ['hash 4', 'chain 6'], isSame: false });
  });

  it('is found where a cost or a reason was changed, which other hashes leave out (D-53)', async () => {
    await tamper(`update leaves set line = replace(line, '"cost_micro_usd":0', '"cost_micro_usd":9') where index = 9`);

    expect((await look()).faults).toEqual(['hash 9', 'head of a writer']);
  });

  it('is found where a hash was changed', async () => {
    await tamper(`update leaves set hash = sha256('x') where index = 4`);

    expect((await look()).faults).toEqual(['hash 4']);
  });

  it('is found where line and hash were changed together', async () => {
    const [row] = await server().run(`select line from ${schema}.leaves where index = 4`);
    const changed = String(row?.['line']).replace('"allowed"', '"blocked"');
    const hash = leafHash(changed.replace(/"entry_hash":"[0-9a-f]{64}",/, ''));
    const line = changed.replace(/("entry_hash":")[0-9a-f]{64}/, `$1${hash}`);
    await tamper(`update leaves set line = '${line}', hash = '\\x${hash}' where index = 4`);

    expect(await look()).toEqual({ faults: ['chain 6'], isSame: false });
  });

  it('is found where two rows were swapped, also rows of two writers by the root', async () => {
    await tamper('update leaves set index = index + 100 where index in (4, 5)', 'update leaves set index = 109 - index where index > 100');

    expect(await look()).toEqual({ faults: [], isSame: false });
  });

  it('is found where two rows of one writer were swapped', async () => {
    await tamper('update leaves set index = index + 100 where index in (4, 6)', 'update leaves set index = 110 - index where index > 100');

    expect((await look()).faults).toEqual(['chain 4', 'chain 6', 'chain 8']);
  });

  it('is found where a row was deleted', async () => {
    await tamper('delete from leaves where index = 4');

    expect((await look()).faults.slice(0, 2)).toEqual(['index 5 where 4 was due', 'index 6 where 5 was due']);
  });

  it('is found where the last row was deleted, also with the head row by the root', async () => {
    await tamper('delete from leaves where index = 9');
    const first = await look();
    await tamper('update head set size = 9');
    const second = await look();

    expect(first).toEqual({ faults: ['size 10 where there are 9', 'head of a writer'], isSame: false });
    expect(second).toEqual({ faults: ['head of a writer'], isSame: false });
  });

  it('is found where a row was inserted', async () => {
    await tamper('insert into leaves (index, hash, line) select 10, hash, line from leaves where index = 3');

    expect(await look()).toEqual({ faults: ['chain 10', 'size 10 where there are 11', 'head of a writer'], isSame: false });
  });

  it('is found where the head row was changed, and nothing is written over what is there', async () => {
    await tamper('update head set size = 8');
    // All lines are there, and the next append finds it: to a verifier it looks like a log that grew meanwhile.
    const found = await checkLog(store);
    const code = await codeOf(() => store.append(new TestWriter().calls(1)));
    await tamper('update head set size = 50');
    const later = await look();

    expect(found.faults).toEqual(['size 8 where there are 10']);
    expect(code).toBe('STORE');
    expect(later.faults).toEqual(['size 50 where there are 10']);
  });

  it('is found where everything was written anew, by the root', async () => {
    const writer = new TestWriter();
    await tamper('delete from leaves', 'delete from writers', 'update head set size = 0');
    await store.append(writer.calls(10));

    expect(await look()).toEqual({ faults: [], isSame: false });
  });

  it('cannot make a query show what was not hashed', async () => {
    await tamper('alter table leaves alter column tool_name drop expression', `update leaves set tool_name = 'harmless'`);

    expect((await store.query({ tool_name: 'harmless' })).entries).toEqual([]);
    expect((await look()).faults).toEqual([]);
  });

  describe('without switching triggers off', () => {
    it.each([
      ['update leaves set line = replace(line, \'"allowed"\', \'"blocked"\')', 'EC002'],
      ['update leaves set hash = sha256(hash) where index = 1', 'EC002'],
      ['update leaves set index = 20 where index = 1', 'EC002'],
      ['update leaves set line = tombstone(line), index = index + 20', 'EC002'],
      ['update leaves set line = (select tombstone(line) from leaves where index = 2) where index = 1', 'EC002'],
      ['delete from leaves where index = 3', '42501'],
      ['truncate leaves', '42501'],
      ['update checkpoints set record = \'{}\'', '42501'],
      ['delete from checkpoints', '42501'],
      ['truncate checkpoints', '42501'],
      ['update leaves set tool_name = \'harmless\'', '428C9'],
    ])('refuses even its owner: %s', async (statement, code) => {
      await store.addCheckpoint({ note: 'log\n10\nroot=\n', nodes: [], position: null, time: '2026-01-01T00:00:00.000Z' });

      await expect(server().run(`set search_path = ${schema};${statement}`)).rejects.toMatchObject({ code });

      expect(await look()).toEqual({ faults: [], isSame: true });
    });
  });

  it('that takes away the end of the log with its checkpoints is found by a witness, and by nothing inside', async () => {
    const signer = newSigner(ORIGIN);
    const folder = mkdtempSync(join(tmpdir(), 'enforcecore-pg-witness-'));
    const witness = createWitness({ signer: newSigner('w.example/w'), logs: [{ origin: ORIGIN, keys: [keyOf(signer)] }], folder });
    const policy = parseWitnessPolicy(`log ${signer.verifierKey}\nwitness w ${witness.verifierKey} ${(await witness.listen()).url}\nquorum w`);
    const enter = async (onWarning?: (text: string) => void): Promise<StoreTrail> =>
      openStoreTrail(await openPostgresStore({ connectionString: server().url, schema }), { signer, cosigner: new WitnessCosigner({ policy }), onWarning });
    const first = await enter();
    for (const id of ['a', 'b', 'c']) await first.append(call(id), true);
    await first.close();
    const confirmed = await verifyStore(store, { keys: [keyOf(signer)], witnessPolicy: policy });
    await tamper(
      'alter table checkpoints disable trigger user', 'delete from checkpoints', 'delete from leaves where index >= 10',
      'update head set size = 10', `delete from writers where writer_id = '${first.writerId}'`,
    );
    const inside = await verifyStore(store);

    const told: string[] = [];
    const later = await enter((text) => told.push(text));
    await later.append(call('d'), true);
    await later.close();
    await witness.close();
    rmSync(folder, { recursive: true });

    expect(confirmed).toMatchObject({ valid: true, size: 13, errors: [] });
    expect(inside).toMatchObject({ valid: true, size: 10 });
    expect(told).toEqual([expect.stringMatching(/it has seen 13 leaves, this checkpoint is about 11: .*the log was rolled back/u)]);
  });
});
