import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { call, codeOf, Room } from '../trail/kit.test.kit.js';
import { openTrail } from '../trail/trail.js';
import { CallbackWitness, FileWitness, type WitnessRecord } from './witness.js';

describe('a witness', () => {
  let room: Room;
  let witnessFile: string;
  beforeEach(() => {
    room = new Room();
    witnessFile = `${room.folder}/elsewhere/witness.jsonl`;
  });
  afterEach(() => {
    room.clear();
  });

  async function fill(ids: readonly string[]): Promise<void> {
    const witness = new FileWitness(witnessFile);
    const trail = openTrail(room.path, { witness });
    for (const id of ids) trail.append(call(id));
    await trail.close();
    witness.close();
    witness.close();
  }

  it('is told of every entry in order, after it is in the file', async () => {
    const told: WitnessRecord[] = [];
    let linesWhenTold = 0;
    const witness = new CallbackWitness((record) => {
      told.push(record);
      linesWhenTold = room.lines().length;
    });
    const trail = openTrail(room.path, { witness });

    const receipts = ['a', 'b'].map((id) => trail.append(call(id)));

    expect(told.map((record) => record.entry_hash)).toEqual(receipts.map((receipt) => receipt.entryHash));
    expect([told[1]?.previous_hash, told[1]?.sequence, linesWhenTold]).toEqual([told[0]?.entry_hash, 2, 2]);
    await trail.close();
  });

  it('confirms honest writers that share a trail (D-48)', async () => {
    const one = openTrail(room.path, { witness: new FileWitness(witnessFile) });
    const two = openTrail(room.path, { witness: new FileWitness(witnessFile), rotateBytes: 2500 });
    for (let i = 0; i < 12; i += 1) (i % 2 === 0 ? one : two).append(call(String(i)));
    await one.close();
    await two.close();

    const { valid, checks } = await room.verify({ witnessFile });

    expect([valid, checks.find((check) => check.name === 'witnesses')?.status]).toEqual([true, 'pass']);
  });

  it('gives away a trail that was rebuilt with right hashes (D-43)', async () => {
    await fill(['a', 'b']);
    const other = new Room();
    const trail = openTrail(other.path);
    trail.append(call('a'));
    trail.append(call('x'));
    await trail.close();
    room.forgetCheckpoints();
    writeFileSync(room.path, readFileSync(other.path));
    other.clear();

    expect((await room.verify()).valid).toBe(true);
    expect((await room.verify({ witnessFile })).valid).toBe(false);
  });

  it('gives away content changed under a hash left as it was (D-48)', async () => {
    await fill(['a', 'b']);
    writeFileSync(room.path, readFileSync(room.path, 'utf8').replace('"call_id":"b"', '"call_id":"x"'));

    const { errors } = await room.verify({ witnessFile });

    expect(errors.map((error) => error.code)).toContain('witnesses');
  });

  it('gives away lines cut off at the end (D-41)', async () => {
    await fill(['a', 'b']);
    room.write(room.lines().slice(0, 1));

    expect((await room.verify({ witnessFile })).errors.map((error) => error.code)).toEqual(['witnesses']);
  });

  it('is itself held to account for lines that are no records', async () => {
    await fill(['a']);
    const [first = ''] = room.lines(witnessFile);
    appendFileSync(witnessFile, `nonsense\n1\n${first.replace(/"entry_hash":"./, '"entry_hash":"f').replace(/"entry_hash":"../, '"entry_hash":"00')}\n{"torn`);

    const { errors } = await room.verify({ witnessFile });

    expect(errors.filter((error) => error.file === witnessFile)).toHaveLength(3);
  });

  it('that is missing or full is a typed error', async () => {
    await fill(['a']);
    mkdirSync(`${room.folder}/folder`);

    await expect(room.verify({ witnessFile: `${room.folder}/nowhere` })).rejects.toMatchObject({ code: 'MISSING' });
    const witness = new FileWitness('/dev/full');
    const trail = openTrail(room.path, { witness });
    expect(codeOf(() => trail.append(call('b')))).toBe('WITNESS');
  });

  it('that fails stops the trail before the next entry, and misses nothing once it works', async () => {
    const told: number[] = [];
    let works = false;
    const witness = new CallbackWitness(({ sequence }) => {
      if (!works) throw new Error('down');
      told.push(sequence);
    });
    const trail = openTrail(room.path, { witness });

    const codes = [codeOf(() => trail.append(call('a'))), codeOf(() => trail.append(call('b')))];
    works = true;
    trail.append(call('c'));

    expect(codes).toEqual(['WITNESS', 'WITNESS']);
    expect([told, room.lines().length]).toEqual([[1, 2], 2]);
    await trail.close();
  });

  it('that fails only warns where that was asked for', async () => {
    const warnings: string[] = [];
    const witness = new CallbackWitness(() => {
      throw new Error('down');
    });
    const trail = openTrail(room.path, { witness, witnessFailure: 'warn', onWarning: (message) => warnings.push(message) });

    trail.append(call('a'));
    trail.append(call('b'));

    expect([room.lines().length, warnings.length]).toEqual([2, 2]);
    await trail.close();
  });
});
