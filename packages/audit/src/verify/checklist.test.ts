import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cosignatureMessage, formatCosignature } from '../checkpoint/cosignature.js';
import { generateKeyPair, KeySigner } from '../checkpoint/key-signer.js';
import { readRecord, recordLine } from '../checkpoint/read-record.js';
import { addSignature, signCheckpoint } from '../checkpoint/sign-checkpoint.js';
import { formatSignatureLine, parseSignedNote } from '../checkpoint/signed-note.js';
import { parseVerifierKey } from '../checkpoint/verifier-key.js';
import { announce } from '../backend/announce.js';
import { erasureText, segmentText } from '../entry/detail.js';
import { completeFields } from '../entry/entry.js';
import { parseLine } from '../entry/parse-line.js';
import { tombstoneText } from '../store/tombstone.js';
import { call, Room } from '../trail/kit.test.kit.js';
import { Chain } from '../trail/chain.js';
import { openTrail } from '../trail/trail.js';
import { rootOf, TreeBuilder } from '../tree/tree-state.js';
import type { CheckName, VerificationCheck } from './verdict.js';
import { verifyTrail, type VerificationResult, type VerifyOptions } from './verify-trail.js';

const KEYS = generateKeyPair('example.com/audit');
const SIGNER = new KeySigner(KEYS.signingKey);

function check({ checks }: VerificationResult, name: CheckName): VerificationCheck | undefined {
  return checks.find((one) => one.name === name);
}

describe('the checklist', () => {
  let room: Room;
  let checkpoints: string;
  beforeEach(() => {
    room = new Room();
    checkpoints = `${room.path}.checkpoints`;
  });
  afterEach(() => {
    room.clear();
  });

  /** Entries with a checkpoint after every third. */
  async function fill(count: number): Promise<void> {
    const trail = openTrail(room.path, { signer: SIGNER, checkpointEntries: 0, checkpointSeconds: 0 });
    for (let i = 1; i <= count; i += 1) {
      trail.append(call(`c-${String(i)}`));
      if (i % 3 === 0) await trail.checkpoint();
    }
    await trail.close();
  }

  /** A record like the last one, with another note. */
  function appendRecord(change: (note: string) => string, more: Record<string, unknown> = {}): void {
    const last = readFileSync(checkpoints, 'utf8').trimEnd().split('\n').at(-1) ?? '';
    const { record } = readRecord(last);
    appendFileSync(checkpoints, recordLine({ ...record, note: change(record.note), ...more }));
  }

  it('names the first offending entry of every check', async () => {
    await fill(4);
    const lines = room.lines();
    writeFileSync(room.path, `${[lines[0], lines[1], lines[3]].join('\n')}\n`);

    const result = await room.verify();

    const id = /"entry_id":"([^"]*)"/.exec(lines[3] ?? '')?.[1];
    expect(check(result, 'order')?.first).toEqual({ file: room.path, line: 3, index: 2, entry_id: id });
    expect(check(result, 'schema')?.first).toBeNull();
  });

  it('tells how many checkpoints there are and what the last one covers', async () => {
    await fill(7);

    const { checkpoints: found } = await room.verify();

    expect(found).toEqual({ count: 2, lastSize: 6, lastTime: expect.stringMatching(/^\d{4}-.*Z$/) });
  });

  it('passes over a checkpoint that is being written, does not know of one that a crash cut, and refuses one that is none', async () => {
    await fill(6);
    appendFileSync(checkpoints, '{"nodes":["');
    const torn = await room.verify();
    appendFileSync(checkpoints, '\n');
    const cut = await room.verify();
    appendFileSync(checkpoints, '{"nodes":[],"note":"x","position":null,"time":"2030-01-01T00:00:00.000Z"}\n');
    const none = await room.verify();

    expect([torn, cut, none].map((result) => check(result, 'checkpoints')?.status)).toEqual(['pass', 'unknown', 'fail']);
    expect([cut.valid, none.valid]).toEqual([true, false]);
  });

  it('calls two signed checkpoints of one size with two roots a fork', async () => {
    await fill(3);
    const other = new Room();
    const trail = openTrail(other.path, { signer: SIGNER });
    for (const id of ['x', 'y', 'z']) trail.append(call(id));
    await trail.close();
    appendFileSync(checkpoints, readFileSync(`${other.path}.checkpoints`));
    other.clear();

    const result = await room.verify({ keys: [KEYS.verifierKey] });

    expect(check(result, 'signatures')?.detail).toContain('a fork');
    expect(check(result, 'checkpoints')?.status).toBe('fail');
  });

  it('does not take a signature of the same key for another log, or a key of another log', async () => {
    await fill(3);
    const stranger = generateKeyPair('example.com/audit');

    expect(check(await room.verify({ keys: [KEYS.verifierKey] }), 'signatures')?.status).toBe('pass');
    expect(check(await room.verify({ keys: [stranger.verifierKey] }), 'signatures')?.status).toBe('fail');
    await expect(room.verify({ keys: ['nonsense'] })).rejects.toMatchObject({ code: 'KEY' });
  });

  describe('with a witness policy', () => {
    const witness = generateKeyPair('witness.example/w1', 'cosignature/v1');
    const policy = `witness w1 ${witness.verifierKey}\nquorum w1\n`;

    async function cosign(note: string): Promise<string> {
      const { text } = parseSignedNote(note, { allowUnsigned: true });
      const time = 1_900_000_000;
      const signature = new KeySigner(witness.signingKey).sign(cosignatureMessage(time, text));
      const { name, keyId } = parseVerifierKey(witness.verifierKey);
      return addSignature(note, formatSignatureLine({ name, keyId, bytes: formatCosignature(time, signature) }));
    }

    it('tells which size is witnessed and how much came after', async () => {
      await fill(7);
      const last = readRecord(readFileSync(checkpoints, 'utf8').trimEnd().split('\n').at(-1) ?? '');
      const note = await cosign(last.record.note);
      appendRecord(() => note);

      const result = await room.verify({ witnessPolicy: policy, keys: [KEYS.verifierKey] });

      expect(result.errors).toEqual([]);
      expect(check(result, 'witnesses')).toMatchObject({ status: 'pass', detail: expect.stringContaining('size 6 is witnessed by 1, and 1 lines came after') });
    });

    it('fails without the cosignatures, and does not believe those of another log', async () => {
      await fill(3);
      const bare = await room.verify({ witnessPolicy: policy });
      const note = await cosign(await signCheckpoint({ origin: 'example.com/audit', size: 3, root: 'ab'.repeat(32) }, SIGNER));
      const other = await room.verify({ witnessPolicy: policy, checkpoint: note });

      expect(check(bare, 'witnesses')?.status).toBe('fail');
      expect([other.valid, check(other, 'witnesses')?.status]).toEqual([false, 'unknown']);
      await expect(room.verify({ witnessPolicy: 'nonsense' })).rejects.toMatchObject({ code: 'FORMAT' });
    });
  });

  describe('from a checkpoint on', () => {
    it('comes to the same size and root, and says what it did not read', async () => {
      await fill(8);
      const whole = await room.verify();

      const result = await room.verify({ from: 7, keys: [KEYS.verifierKey] });

      expect(result).toMatchObject({ valid: true, entries: 2, size: whole.size, root: whole.root });
      expect(check(result, 'chain')).toMatchObject({ status: 'pass', detail: expect.stringContaining('from index 6 on; what is before is covered by a checkpoint that example.com/audit signed') });
    });

    it('trusts nothing that is not signed where a key is given, and says so where none is', async () => {
      await fill(8);
      const stranger = generateKeyPair('example.com/audit');

      const unknown = await room.verify({ from: 7 });
      const refused = await room.verify({ from: 7, keys: [stranger.verifierKey] });

      expect([unknown.entries, check(unknown, 'chain')?.status]).toEqual([2, 'unknown']);
      expect([refused.entries, refused.valid]).toEqual([8, false]);
    });

    it('reads everything where no checkpoint is early enough', async () => {
      await fill(8);

      expect(await room.verify({ from: 2, keys: [KEYS.verifierKey] })).toMatchObject({ valid: true, entries: 8 });
    });

    it('finds what was changed behind it', async () => {
      await fill(8);
      writeFileSync(room.path, readFileSync(room.path, 'latin1').replace('"c-8"', '"c-9"'), 'latin1');

      expect((await room.verify({ from: 7, keys: [KEYS.verifierKey] })).valid).toBe(false);
    });

    it('goes on in the right file', async () => {
      const trail = openTrail(room.path, { signer: SIGNER, checkpointEntries: 0 });
      for (const id of ['a', 'b']) trail.append(call(id));
      trail.rotate();
      trail.append(call('c'));
      await trail.checkpoint();
      const { size } = trail.head();
      trail.append(call('d'));
      trail.rotate();
      trail.append(call('e'));
      const head = trail.head();
      await trail.close();

      const result = await room.verify({ from: size, keys: [KEYS.verifierKey] });

      expect(result.errors).toEqual([]);
      expect(result).toMatchObject({ valid: true, segments: 2, ...head });
    });
  });

  it('does not know what a gap entry tells of', async () => {
    const trail = openTrail(room.path);
    trail.append({ kind: 'gap', detail: '3 records' });
    await trail.close();

    expect(check(await room.verify(), 'gaps')).toMatchObject({ status: 'unknown', detail: expect.stringContaining('1 gap entries') });
  });

  it('does not know what came of calls that have no entry', async () => {
    const trail = openTrail(room.path);
    for (const id of ['"ü\\', 'b']) trail.begin({ call_id: id, tool_name: 'search' });
    const open = await room.verify({ expectSize: 0 });
    trail.append(call('"ü\\'));
    const one = await room.verify();
    trail.append(call('b'));
    const none = await room.verify();
    await trail.close();

    expect([open, one, none].map((result) => check(result, 'gaps')?.detail.replace(/ calls.*/, ''))).toEqual(['2', '1', expect.stringContaining('every segment')]);
  });

  it('accepts erased entries that an entry announces, and counts them', async () => {
    await fill(3);
    const [first = ''] = room.lines();
    const parsed = parseLine(first);
    if (!parsed.ok) throw new Error('not an entry');
    const trail = openTrail(room.path);
    const detail = erasureText({ hashes: [parsed.entry.entry_hash], reason: 'request 7' });
    await announce(trail, 'erasure', detail);
    const head = trail.head();
    await trail.close();
    writeFileSync(room.path, readFileSync(room.path, 'latin1').replace(first, tombstoneText(parsed.entry, first.length)), 'latin1');

    const result = await room.verify({ expectSize: head.size, expectRoot: head.root });

    expect(result.errors).toEqual([]);
    expect(result).toMatchObject({ valid: true, erased: 1, entries: 4 });
    expect(check(result, 'gaps')).toMatchObject({ status: 'pass', detail: expect.stringContaining('1 entries were erased') });
  });

  it('takes no witness for the log', async () => {
    await fill(3);
    const witness = generateKeyPair('witness.example', 'cosignature/v1');
    const { name, keyId } = parseVerifierKey(witness.verifierKey);
    const time = 1_700_000_000;
    appendRecord((note) => {
      const { text } = parseSignedNote(note);
      const bytes = formatCosignature(time, new KeySigner(witness.signingKey).sign(cosignatureMessage(time, text)));
      return `${text}\n${formatSignatureLine({ name, keyId, bytes })}\n`;
    });

    const { errors } = await room.verify({ keys: [KEYS.verifierKey, witness.verifierKey] });

    expect(errors.map(({ code, message }) => [code, message])).toEqual([['signatures', 'the checkpoint has no signature by a key that was given']]);
    await expect(room.verify({ keys: [witness.verifierKey] })).rejects.toMatchObject({ code: 'KEY' });
  });

  it('refuses checkpoints of two logs, though the keys of both were given', async () => {
    await fill(3);
    const other = generateKeyPair('example.com/other');
    const { checkpoint, record } = readRecord(readFileSync(checkpoints, 'utf8').trimEnd().split('\n').at(-1) ?? '');
    const note = await signCheckpoint({ ...checkpoint, origin: 'example.com/other' }, new KeySigner(other.signingKey));
    appendFileSync(checkpoints, recordLine({ ...record, note }));

    const { errors } = await room.verify({ keys: [KEYS.verifierKey, other.verifierKey] });

    expect(errors.map(({ code, message }) => [code, message])).toEqual([['signatures', expect.stringContaining('a log has one name')]]);
  });

  it('does not say of a forged past that witnesses saw it, and lets only what they saw excuse a loss', async () => {
    await fill(3);
    const witness = generateKeyPair('witness.example', 'cosignature/v1');
    const policy = `log ${KEYS.verifierKey}\nwitness w ${witness.verifierKey}\nquorum w\n`;
    const { name, keyId } = parseVerifierKey(witness.verifierKey);
    const { record } = readRecord(readFileSync(checkpoints, 'utf8').trimEnd().split('\n').at(-1) ?? '');
    const time = 1_700_000_000;
    const signature = new KeySigner(witness.signingKey).sign(cosignatureMessage(time, parseSignedNote(record.note).text));
    const cosigned = addSignature(record.note, formatSignatureLine({ name, keyId, bytes: formatCosignature(time, signature) }));
    // The holder of the log's key writes another past, keeps what was witnessed, and signs.
    const past = { role: 'open', previous: 1, size: 5, nodes: ['a'.repeat(64), 'b'.repeat(64)] } as const;
    const chain = new Chain(Date.now);
    const first = chain.seal(completeFields({ kind: 'segment', detail: segmentText(past) }), null);
    const second = chain.seal(completeFields({ kind: 'segment', detail: segmentText({ role: 'removed', through: 1 }) }), null, first);
    writeFileSync(room.path, first.line + second.line);
    const builder = new TreeBuilder(past);
    for (const { entryHash } of [first, second]) builder.add(entryHash);
    const state = builder.state();
    const note = await signCheckpoint({ origin: 'example.com/audit', size: state.size, root: rootOf(state) }, SIGNER);
    writeFileSync(checkpoints, recordLine({ ...record, note: cosigned }) + recordLine({ ...record, note, nodes: state.nodes, position: null }));

    const keyOnly = await room.verify({ keys: [KEYS.verifierKey] });
    const result = await room.verify({ keys: [KEYS.verifierKey], witnessPolicy: policy });

    expect(keyOnly.valid).toBe(true);
    expect(result.valid).toBe(false);
    expect(check(result, 'witnesses')).toMatchObject({ status: 'unknown', detail: expect.stringContaining('before the first line') });
  });

  it('refuses a checkpoint that is older than one of fewer lines', async () => {
    await fill(6);
    appendRecord((note) => note, { time: '2001-01-01T00:00:00.000Z' });

    const result = await room.verify();

    expect(check(result, 'clock')).toMatchObject({ status: 'fail', first: { file: checkpoints, line: 3 } });
  });

  it('holds the log against a checkpoint from elsewhere, also an unsigned one', async () => {
    await fill(6);
    const { record } = readRecord(readFileSync(checkpoints, 'utf8').split('\n')[0] ?? '');
    const shorter = room.lines().slice(0, 2);
    const good = await room.verify({ checkpoint: record.note });
    room.write(shorter);
    const short = await room.verify({ checkpoint: parseSignedNote(record.note).text });

    expect([good.valid, short.valid, check(short, 'checkpoints')?.status]).toEqual([true, false, 'fail']);
    await expect(room.verify({ checkpoint: 'nonsense' })).rejects.toMatchObject({ code: 'FORMAT' });
  });

  it('leaves out what it is not asked for', async () => {
    await fill(3);

    const result = await room.verify({ checks: 'structure' });

    expect(result.valid).toBe(true);
    expect(result.checks.filter(({ detail }) => detail === 'was not asked for').map(({ name }) => name)).toEqual(['schema', 'gaps', 'clock']);
  });

  it.each<[string, VerifyOptions]>([
    ['a size that is none', { expectSize: -1 }],
    ['a root that is none', { expectRoot: 'AB' }],
    ['a start that is none', { from: Number.NaN }],
  ])('refuses %s', async (_, options) => {
    await fill(1);

    await expect(room.verify(options)).rejects.toMatchObject({ code: 'OPTIONS' });
  });

  it('ends with the reason of a signal', async () => {
    await fill(1);
    const reason = new Error('enough');

    await expect(room.verify({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('takes a trail that is not there for an empty one only where that is expected', async () => {
    const path = `${room.folder}/nowhere.jsonl`;

    expect(await verifyTrail(path, { expectSize: 0 })).toMatchObject({ valid: true, size: 0, segments: 0 });
    await expect(verifyTrail(path, { expectSize: 1 })).rejects.toMatchObject({ code: 'MISSING' });
  });

  it('waits for a line that is being written', async () => {
    await fill(2);
    const bytes = readFileSync(room.path);
    writeFileSync(room.path, bytes.subarray(0, -300));
    const verified = room.verify();
    setTimeout(() => { appendFileSync(room.path, bytes.subarray(-300)); }, 5);

    expect(await verified).toMatchObject({ valid: true, entries: 2 });
  });
});
