import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WitnessLog } from './witness-log.js';
import { WitnessStateFolder } from './witness-state.js';
import { keyOf, newSigner, ORIGIN, TestLog } from './witness.test.kit.js';

describe('the state of a witness', () => {
  const log = new TestLog(9);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'enforcecore-witness-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('advances once from every number, whoever asks', () => {
    const [one, two] = [new WitnessStateFolder(folder, ORIGIN), new WitnessStateFolder(folder, ORIGIN)];

    expect([one.read().state, one.advance(0, log.note(3), 7), two.advance(0, log.note(4), 8)]).toEqual([null, true, false]);
    expect(two.read()).toMatchObject({ number: 1, state: { time: 7, checkpoint: { size: 3, root: log.root(3) } } });
    expect([two.advance(1, log.note(4), 8), one.advance(1, log.note(5), 8), one.read().number]).toEqual([true, false, 2]);
  });

  it('does not advance for one who slept until its number was removed', () => {
    const [awake, asleep] = [new WitnessStateFolder(folder, ORIGIN), new WitnessStateFolder(folder, ORIGIN)];
    awake.advance(0, log.note(1), 1);
    const { number } = asleep.read();
    for (let size = 2; size <= 6; size += 1) awake.advance(size - 1, log.note(size), 1);

    expect(asleep.advance(number, log.note(9), 1)).toBe(false);
    expect(asleep.read()).toMatchObject({ number: 6, state: { checkpoint: { size: 6 } } });
    const [of = ''] = readdirSync(folder);
    expect(readdirSync(join(folder, of)).sort()).toEqual(['0000000000000005', '0000000000000006']);
  });

  it('takes no notice of drafts that a kill left, or of other files', () => {
    const state = new WitnessStateFolder(folder, ORIGIN);
    const [of = ''] = readdirSync(folder);
    for (const name of ['draft-00', '1', '00000000000000001', '.hidden']) writeFileSync(join(folder, of, name), 'junk');

    expect([state.read().number, state.advance(0, log.note(3), 7), state.read().number]).toEqual([0, true, 1]);
  });

  it('is apart for every origin, which may be any text', () => {
    const origins = [ORIGIN, '../../x', '/', '.', '__proto__', 'x'.repeat(10_000), `${ORIGIN}/`];

    for (const origin of origins) expect(new WitnessStateFolder(folder, origin).advance(0, log.note(1), 1)).toBe(true);
    expect(readdirSync(folder).every((name) => /^[0-9a-f]{64}$/.test(name))).toBe(true);
    expect(readdirSync(folder)).toHaveLength(origins.length);
  });

  it('vouches for nothing while others always are faster', async () => {
    class Overtaken extends WitnessStateFolder {
      override advance(): boolean {
        return false;
      }
    }
    const signer = newSigner('witness.example/w', 'cosignature/v1');
    const witness = new WitnessLog([log.key], new Overtaken(folder, ORIGIN), { signer, key: keyOf(signer), now: () => 5 });

    await expect(witness.answer({ oldSize: 0, proof: [], note: log.note(3) })).rejects.toMatchObject({ code: 'CHECKPOINT' });
  });

  it('is a typed error where it cannot be kept', () => {
    const state = new WitnessStateFolder(folder, ORIGIN);
    rmSync(folder, { recursive: true });

    expect(() => state.read()).toThrow(expect.objectContaining({ name: 'TrailError', code: 'MISSING' }));
    expect(() => state.advance(0, log.note(1), 1)).toThrow(expect.objectContaining({ name: 'TrailError', code: 'MISSING' }));
  });
});
