import { existsSync, linkSync, readdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generateKeyPair, KeySigner } from '../checkpoint/key-signer.js';
import { call, codeOf, outputOf, Room, startChild } from './kit.test.kit.js';
import { loadTrail, readTrail } from './load-trail.js';
import { openTrail } from './trail.js';
import { verifyTrail } from '../verify/verify-trail.js';

const DAY_MS = 86_400_000;

describe('rotation', () => {
  let room: Room;
  beforeEach(() => {
    room = new Room();
  });
  afterEach(() => {
    room.clear();
  });

  function names(): string[] {
    return readdirSync(room.folder).filter((name) => !name.endsWith('.checkpoints')).sort();
  }

  function fill(count: number, options: Parameters<typeof openTrail>[1] = {}): void {
    const trail = openTrail(room.path, { rotateBytes: 3000, ...options });
    for (let i = 0; i < count; i += 1) trail.append(call(`c-${String(i)}`));
    void trail.close();
  }

  it('starts a new segment and keeps the whole trail valid (D-46)', async () => {
    fill(12);

    const result = await room.verify();

    expect(names().slice(0, 2)).toEqual(['trail.000001.jsonl', 'trail.000002.jsonl']);
    expect(result.errors).toEqual([]);
    expect(result).toMatchObject({ valid: true, segments: names().length });
    expect(readTrail(room.path).filter((entry) => entry.kind === 'call').map((entry) => entry.call_id)).toEqual(
      Array.from({ length: 12 }, (_, i) => `c-${String(i)}`),
    );
  });

  it('is continued after a restart', async () => {
    fill(5);
    fill(5);
    fill(5);

    expect(await room.verify()).toMatchObject({ valid: true, writers: 3, errors: [] });
  });

  it('takes along a writer that was not asked to rotate', async () => {
    const idle = openTrail(room.path);
    idle.append(call('idle-1'));
    fill(20, { compress: true });

    idle.append(call('idle-2'));

    void idle.close();
    expect(await room.verify()).toMatchObject({ valid: true, errors: [] });
    expect(readTrail(room.path).at(-1)?.call_id).toBe('idle-2');
  });

  it('has one size and head over all segments', async () => {
    const trail = openTrail(room.path, { rotateBytes: 3000 });
    for (let i = 0; i < 10; i += 1) trail.append(call(`c-${String(i)}`));
    const head = trail.head();
    void trail.close();

    const reopened = openTrail(room.path);
    const again = reopened.head();
    void reopened.close();
    const result = await room.verify({ expectSize: head.size, expectRoot: head.root });

    expect(again).toEqual(head);
    expect([result.valid, result.size, result.root]).toEqual([true, head.size, head.root]);
  });

  it.each(['trail.000001.jsonl', 'trail.000002.jsonl'])('is missed when segment %s is deleted', async (name) => {
    fill(12);
    unlinkSync(`${room.folder}/${name}`);

    expect((await room.verify()).valid).toBe(false);
  });

  it('is missed when the last segment before the active file is cut short', async () => {
    fill(12);
    const last = names().at(-2) ?? '';
    const lines = room.lines(`${room.folder}/${last}`);
    writeFileSync(`${room.folder}/${last}`, `${lines.slice(0, -1).join('\n')}\n`);

    const { errors } = await room.verify();

    expect(errors.map((error) => error.code)).toContain('gaps');
  });

  it('is missed when the active file is taken away', async () => {
    fill(12);
    unlinkSync(room.path);

    expect(codeOf(() => openTrail(room.path))).toBe('REMOVED');
    await expect(room.verify()).rejects.toMatchObject({ code: 'MISSING' });
  });

  it('is missed when an older segment takes the place of the active file', async () => {
    fill(12);
    renameSync(`${room.folder}/trail.000002.jsonl`, room.path);
    expect((await room.verify()).valid).toBe(false);
    room.forgetCheckpoints();

    expect(await room.verify()).toMatchObject({ valid: true, segments: 2 });
    expect((await room.verify({ expectSize: 12 })).valid).toBe(false);
  });

  it('lets one closed segment be verified alone', async () => {
    fill(12);

    const result = await verifyTrail(`${room.folder}/trail.000002.jsonl`);

    expect(result.valid).toBe(true);
    expect(result.checks.find((check) => check.name === 'gaps')?.status).toBe('unknown');
  });

  it('is finished by the next opener when its writer died after the link', async () => {
    const trail = openTrail(room.path);
    trail.append(call('a'));
    void trail.close();
    linkSync(room.path, `${room.folder}/trail.000001.jsonl`);

    const next = openTrail(room.path);
    next.append(call('b'));
    void next.close();

    expect(await room.verify()).toMatchObject({ valid: true, segments: 2, errors: [] });
  }, 10_000);

  it.each([
    ['the rotation is over', () => undefined],
    ['the next rotation was begun by a writer that died', (folder: string) => { linkSync(`${folder}/trail.jsonl`, `${folder}/trail.000002.jsonl`); }],
  ])('lets a line that came too late stand in the next file when %s', async (_, then) => {
    let race = (): void => undefined;
    const late = openTrail(room.path, { now: () => { race(); return Date.now(); } });
    late.append(call('late-1'));
    const other = openTrail(room.path, { rotateBytes: 1 });
    // The clock is asked between the look at the file and the write.
    race = () => {
      race = () => undefined;
      other.append(call('other'));
      then(room.folder);
    };

    const receipt = late.append(call('late-2'));
    late.append(call('late-3'));

    void late.close();
    void other.close();
    expect(await room.verify()).toMatchObject({ valid: true, errors: [] });
    const own = readTrail(room.path).filter((entry) => entry.writer_id === late.writerId);
    expect(own.map((entry) => entry.call_id)).toEqual(['late-1', 'late-2', 'late-3']);
    expect(own[1]?.entry_hash).toBe(receipt.entryHash);
  }, 10_000);

  it('refuses to overwrite a foreign file that has the segment name', () => {
    writeFileSync(`${room.folder}/trail.000001.jsonl`, 'mine');
    writeFileSync(room.path, '');
    unlinkSync(room.path);
    const first = new Room();
    const trail = openTrail(first.path, { rotateBytes: 1 });
    trail.append(call('a'));
    writeFileSync(`${first.folder}/trail.000001.jsonl`, 'mine');

    expect(codeOf(() => trail.append(call('b')))).toBe('ROTATION');

    expect(readFileSync(`${first.folder}/trail.000001.jsonl`, 'utf8')).toBe('mine');
    void trail.close();
    first.clear();
  });

  it('keeps three processes that rotate one trail valid (D-46)', async () => {
    const children = [1, 2, 3].map(() => startChild('append', room.path, 150, { rotateBytes: 20_000, compress: true }));

    await Promise.all(children.map(outputOf));

    const result = await room.verify();
    expect(result.errors).toEqual([]);
    expect(result).toMatchObject({ valid: true, writers: 3 });
    expect(readTrail(room.path).filter((entry) => entry.kind === 'call')).toHaveLength(450);
    expect(names().some((name) => name.endsWith('.gz'))).toBe(true);
    expect(names().filter((name) => name.includes('next') || name.includes('tmp'))).toEqual([]);
  }, 30_000);
});

describe('compression', () => {
  it('keeps segments readable and valid, and touches nothing else (D-46)', async () => {
    const room = new Room();
    const other = `${room.folder}/Trail.other.000001.jsonl`;
    writeFileSync(other, 'mine');
    const trail = openTrail(room.path, { rotateBytes: 3000, compress: true });
    for (let i = 0; i < 12; i += 1) trail.append(call(`ç-${String(i)}`));
    void trail.close();

    const loaded: string[] = [];
    for await (const entry of loadTrail(room.path, { onlyKinds: ['call'], max: 7 })) loaded.push(entry.call_id ?? '');

    expect(existsSync(`${room.folder}/trail.000001.jsonl.gz`)).toBe(true);
    expect(existsSync(`${room.folder}/trail.000001.jsonl`)).toBe(false);
    expect(await room.verify()).toMatchObject({ valid: true, errors: [] });
    expect(await verifyTrail(`${room.folder}/trail.000001.jsonl.gz`)).toMatchObject({ valid: true });
    expect(loaded).toEqual(['ç-0', 'ç-1', 'ç-2', 'ç-3', 'ç-4', 'ç-5', 'ç-6']);
    expect(readTrail(room.path).filter((entry) => entry.kind === 'call')).toHaveLength(12);
    expect(readFileSync(other, 'utf8')).toBe('mine');
    room.clear();
  });

  it('lets a damaged archive be found', async () => {
    const room = new Room();
    const trail = openTrail(room.path, { rotateBytes: 2000, compress: true });
    for (let i = 0; i < 12; i += 1) trail.append(call(`c-${String(i)}`));
    void trail.close();
    const path = `${room.folder}/trail.000001.jsonl.gz`;
    const bytes = readFileSync(path);
    expect(gunzipSync(bytes).length).toBeGreaterThan(0);
    const missed: number[] = [];
    // The ten header bytes hold no content: time and system marks may be any.
    for (let at = 10; at < bytes.length; at += 29) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      writeFileSync(path, damaged);
      if ((await room.verify()).valid) missed.push(at);
    }
    expect(missed).toEqual([]);
    writeFileSync(path, bytes.subarray(0, 40));
    expect((await room.verify()).valid).toBe(false);
    room.clear();
  });
});

describe('retention', () => {
  it('deletes old segments, says so, and what remains verifies', async () => {
    const room = new Room();
    let clock = Date.UTC(2030, 0, 1);
    const trail = openTrail(room.path, { rotateBytes: 2000, retainDays: 10, now: () => clock });
    for (let i = 0; i < 40; i += 1) {
      trail.append(call(`c-${String(i)}`));
      clock += DAY_MS;
    }
    const head = trail.head();
    void trail.close();

    const result = await room.verify({ expectSize: head.size, expectRoot: head.root, now: () => clock });

    expect(existsSync(`${room.folder}/trail.000001.jsonl`)).toBe(false);
    expect(result.errors).toEqual([]);
    expect([result.valid, result.size, result.root]).toEqual([true, head.size, head.root]);
    expect(await room.verify({ expectSize: 1 })).toMatchObject({ valid: false });
    room.clear();
  });

  it('has the entry that says so signed soon, so that nobody takes it for a forgery', async () => {
    const room = new Room();
    const { signingKey, verifierKey } = generateKeyPair('example.com/audit');
    let clock = Date.UTC(2030, 0, 1);
    const trail = openTrail(room.path, { rotateBytes: 2000, retainDays: 10, now: () => clock, signer: new KeySigner(signingKey), checkpointEntries: 1_000_000, checkpointSeconds: 3600 });
    for (let i = 0; i < 40; i += 1) {
      trail.append(call(`c-${String(i)}`));
      clock += DAY_MS;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const signed = new Promise((resolve) => setTimeout(resolve, 200));
    await signed;

    const whileOpen = await room.verify({ keys: [verifierKey], now: () => clock });
    await trail.close();

    expect(existsSync(`${room.folder}/trail.000001.jsonl`)).toBe(false);
    expect(whileOpen.errors).toEqual([]);
    room.clear();
  });

  it('does not hide that a further segment was deleted by hand', async () => {
    const room = new Room();
    let clock = Date.UTC(2030, 0, 1);
    const trail = openTrail(room.path, { rotateBytes: 2000, retainDays: 10, now: () => clock });
    for (let i = 0; i < 40; i += 1) {
      trail.append(call(`c-${String(i)}`));
      clock += DAY_MS;
    }
    void trail.close();
    const oldest = readdirSync(room.folder).sort()[0] ?? '';
    unlinkSync(`${room.folder}/${oldest}`);

    const { errors } = await room.verify({ now: () => clock });

    expect(errors.map((error) => error.message).join()).toContain('no entry says they were deleted');
    room.clear();
  });
});
