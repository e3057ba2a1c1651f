import { appendFileSync, copyFileSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { generateKeyPair, KeySigner } from '../checkpoint/key-signer.js';
import type { Signer } from '../checkpoint/signer.js';
import { readRecord } from '../checkpoint/read-record.js';
import type { CheckpointRecord } from '../checkpoint/checkpoint-record.js';
import { CrashSite } from './crash-site.test.kit.js';
import { call, codeOf, Room } from './kit.test.kit.js';
import type { TrailOptions } from './options.js';
import { openTrail, type Trail } from './trail.js';

const KEYS = generateKeyPair('audit.example/log');

function signer(): Signer {
  return new KeySigner(KEYS.signingKey);
}

/** A signer whose answers wait until they are let go. */
class SlowSigner implements Signer {
  readonly #inner = signer();
  readonly waiting: (() => void)[] = [];
  readonly verifierKey = this.#inner.verifierKey;

  sign(message: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve) => {
      this.waiting.push(() => { resolve(this.#inner.sign(message)); });
    });
  }

  letGo(): void {
    for (const go of this.waiting.splice(0)) go();
  }
}

let room: Room;
beforeEach(() => {
  room = new Room();
});
afterEach(() => {
  jest.useRealTimers();
  room.clear();
});

function fill(trail: Trail, count: number, name = 'c'): void {
  for (let i = 0; i < count; i += 1) trail.append(call(`${name}-${String(i)}`));
}

function closedTrail(count: number, options: TrailOptions = {}): Buffer {
  const trail = openTrail(room.path, options);
  fill(trail, count);
  void trail.close();
  return readFileSync(room.path);
}

function sizes(): number[] {
  // Signature lines begin with a dash that is not ASCII.
  return readFileSync(`${room.path}.checkpoints`, 'utf8').split('\n').slice(0, -1).map((line) => readRecord(line).checkpoint.size);
}

describe('a log that is not the one its checkpoint covers', () => {
  it.each<[string, (whole: Buffer) => void, string]>([
    ['shrunk by whole lines', (whole) => { truncateSync(room.path, whole.lastIndexOf(0x0a, -2) + 1); }, 'CHECKPOINT'],
    ['shrunk in the middle of a line', (whole) => { truncateSync(room.path, whole.length - 20); }, 'CHECKPOINT'],
    ['emptied', () => { truncateSync(room.path, 0); }, 'CHECKPOINT'],
    ['removed', () => { unlinkSync(room.path); }, 'REMOVED'],
    ['replaced by another trail', () => {
      const other = new Room();
      const trail = openTrail(other.path);
      fill(trail, 9, 'other');
      void trail.close();
      copyFileSync(other.path, room.path);
      other.clear();
    }, 'CHECKPOINT'],
    ['changed in one of its hashes', (whole) => {
      writeFileSync(room.path, whole.toString('latin1').replace(/"entry_hash":"./u, '"entry_hash":"x'), 'latin1');
    }, 'CHECKPOINT'],
  ])('is refused when it was %s, nothing is written, and it opens again when it is restored', async (_, harm, code) => {
    const whole = closedTrail(5);
    const checkpoints = readFileSync(`${room.path}.checkpoints`);
    harm(whole);
    const harmed = code === 'REMOVED' ? null : readFileSync(room.path);

    const refused = codeOf(() => openTrail(room.path));

    expect(refused).toBe(code);
    if (harmed === null) expect(() => readFileSync(room.path)).toThrow('ENOENT');
    else expect(readFileSync(room.path).equals(harmed)).toBe(true);
    expect(readFileSync(`${room.path}.checkpoints`).equals(checkpoints)).toBe(true);
    writeFileSync(room.path, whole);
    void openTrail(room.path).close();
    expect((await room.verify()).errors).toEqual([]);
  });

  it('is refused also behind a rotation, when an older file takes the place of the current one', () => {
    closedTrail(12, { rotateBytes: 3000, checkpointEntries: 2 });
    copyFileSync(`${room.folder}/trail.000001.jsonl`, room.path);

    expect(codeOf(() => openTrail(room.path))).toBe('CHECKPOINT');
  });

  it('is accepted by a writer when the checkpoints are deleted too: only a witness tells of that', async () => {
    const whole = closedTrail(5);
    truncateSync(room.path, whole.lastIndexOf(0x0a, -2) + 1);
    rmSync(`${room.path}.checkpoints`);

    void openTrail(room.path).close();

    expect((await room.verify()).valid).toBe(true);
    expect((await room.verify({ expectSize: 5 })).valid).toBe(false);
  });

  it('is held against the largest checkpoint, wherever that stands among the last', () => {
    const whole = closedTrail(6, { checkpointEntries: 2 });
    const lines = room.lines(`${room.path}.checkpoints`);
    // A slow signer's record comes to stand behind a larger one.
    writeFileSync(`${room.path}.checkpoints`, [...lines, lines[0] ?? '', lines[0] ?? '', ''].join('\n'));
    truncateSync(room.path, whole.lastIndexOf(0x0a, -2) + 1);

    expect(codeOf(() => openTrail(room.path))).toBe('CHECKPOINT');
  });
});

describe('the checkpoint file', () => {
  it('goes on behind a line that a crash cut short', async () => {
    closedTrail(3);
    const [line = ''] = room.lines(`${room.path}.checkpoints`);
    appendFileSync(`${room.path}.checkpoints`, line.slice(0, 40));

    const trail = openTrail(room.path);
    fill(trail, 2, 'd');
    await trail.close();

    const found = room.lines(`${room.path}.checkpoints`);
    expect(found).toHaveLength(3);
    expect(readRecord(found[2] ?? '').checkpoint.size).toBe(5);
  });

  it('is read from the end only, however much of it is not a record', () => {
    closedTrail(3);
    appendFileSync(`${room.path}.checkpoints`, `${'x'.repeat(3_000_000)}\n{}\n\n`);

    void openTrail(room.path).close();

    expect(codeOf(() => openTrail(room.path).close())).toBe('');
  });
});

describe('a signer', () => {
  it.each<[string, () => Uint8Array | Promise<Uint8Array>]>([
    ['throws', () => { throw new Error('no key'); }],
    ['rejects', () => Promise.reject(new Error('no key'))],
    ['answers with too few bytes', () => new Uint8Array(3)],
    // What the type does not allow, other people's code does.
    ['answers with nothing', () => undefined as unknown as Uint8Array],
  ])('that %s costs no entry, and is told of', async (_, sign) => {
    const warnings: string[] = [];
    const broken: Signer = { verifierKey: KEYS.verifierKey, sign };
    const trail = openTrail(room.path, { signer: broken, checkpointEntries: 2, onWarning: (text) => { warnings.push(text); } });

    fill(trail, 6);
    await trail.close();

    expect(warnings.length).toBeGreaterThan(0);
    expect(warnings.every((text) => text.startsWith('no checkpoint of'))).toBe(true);
    expect(await room.verify()).toMatchObject({ entries: 6, errors: [] });
  });

  it('that is slow is asked once at a time, while appends go on, and close waits for it', async () => {
    const slow = new SlowSigner();
    const trail = openTrail(room.path, { signer: slow, checkpointEntries: 2 });
    fill(trail, 20);
    const asked = slow.waiting.length;

    const closed = trail.close();
    slow.letGo();
    while (slow.waiting.length === 0) await Promise.resolve();
    slow.letGo();
    await closed;

    expect(asked).toBe(1);
    expect(sizes()).toEqual([2, 20]);
    expect((await room.verify()).errors).toEqual([]);
  });

  it('that never answers holds up closing for half a minute and no longer', async () => {
    jest.useFakeTimers();
    const warnings: string[] = [];
    const silent: Signer = { verifierKey: KEYS.verifierKey, sign: () => new Promise<Uint8Array>(() => undefined) };
    const trail = openTrail(room.path, { signer: silent, checkpointEntries: 2, onWarning: (text) => { warnings.push(text); } });
    fill(trail, 3);

    const closed = trail.close();
    await jest.advanceTimersByTimeAsync(61_000);
    await closed;

    expect(warnings.join()).toContain('did not answer');
    expect(codeOf(() => trail.append(call('late')))).toBe('CLOSED');
  });

  it('may be asked for a checkpoint whose promise its caller gets', async () => {
    const slow = new SlowSigner();
    const trail = openTrail(room.path, { signer: slow });
    fill(trail, 3);

    const asked = trail.checkpoint();
    trail.append(call('meanwhile'));
    slow.letGo();
    const record: CheckpointRecord | null = await asked;
    const closed = trail.close();
    slow.letGo();
    await closed;

    expect(record?.note).toContain('\n3\n');
    expect(sizes()).toEqual([3, 4]);
  });
});

describe('a witness that is asked for cosignatures', () => {
  it('and fails costs neither entry nor checkpoint', async () => {
    const warnings: string[] = [];
    const trail = openTrail(room.path, {
      cosigner: { cosign: () => Promise.reject(new Error('no quorum')) },
      onWarning: (text) => { warnings.push(text); },
    });
    fill(trail, 3);

    await trail.close();

    expect(warnings).toEqual([expect.stringContaining('no quorum')]);
    expect(sizes()).toEqual([3]);
  });

  it('only once a slow signer has signed is waited for by close', async () => {
    const slow = new SlowSigner();
    const trail = openTrail(room.path, { signer: slow, cosigner: { cosign: ({ note }) => new Promise((resolve) => setImmediate(() => { resolve(note); })) } });
    fill(trail, 3);

    const closed = trail.close();
    slow.letGo();
    await closed;

    expect(sizes()).toEqual([3, 3]);
  });

  it('leaves the trail as quick to open as before', async () => {
    const site = new CrashSite({ checkpointEntries: 50, cosigner: { cosign: (request) => Promise.resolve(request.note) } });
    const trail = site.open(site.process());
    fill(trail, 400);
    await trail.close();
    const files = site.process();

    const again = site.open(files);

    const read = files.calls.filter((one) => one.operation === 'readSync' && one.path === site.path).length;
    expect(read).toBeLessThan(6);
    await again.close();
  });
});
