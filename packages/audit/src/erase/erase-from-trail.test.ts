import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generateKeyPair, KeySigner } from '../checkpoint/key-signer.js';
import { parseErasure } from '../entry/detail.js';
import { call, codeOf, Room } from '../trail/kit.test.kit.js';
import { readTrail } from '../trail/load-trail.js';
import { openTrail } from '../trail/trail.js';
import { verifyTrail } from '../verify/verify-trail.js';
import { eraseFromTrail } from './erase-from-trail.js';

const SECRET = 'session-of-ada';

describe('erasing from a trail of files', () => {
  let room: Room;
  beforeEach(() => {
    room = new Room();
  });
  afterEach(() => {
    room.clear();
  });

  function everything(): string {
    return readdirSync(room.folder, { recursive: true, withFileTypes: true })
      .filter((item) => item.isFile())
      .map((item) => {
        const stored = readFileSync(join(item.parentPath, item.name));
        return (item.name.endsWith('.gz') ? gunzipSync(stored) : stored).toString('utf8');
      })
      .join('');
  }

  async function fill(options: Parameters<typeof openTrail>[1] = {}): Promise<void> {
    const trail = openTrail(room.path, options);
    for (let i = 0; i < 20; i += 1) trail.append(call(`c-${String(i)}`, { session: i % 5 === 0 ? SECRET : 'other', violation_reason: i === 5 ? `said é by ${SECRET}` : null }));
    await trail.close();
  }

  it('leaves no trace of the content, in the current file or in closed ones, packed or not', async () => {
    await fill({ rotateBytes: 4000, compress: true });

    const result = await eraseFromTrail(room.path, { session: SECRET }, 'request 7');

    expect(result).toMatchObject({ erased: 4, announcedBy: [expect.any(String)] });
    expect(everything()).not.toContain(SECRET);
    expect(readTrail(room.path).filter((entry) => entry.kind === 'call')).toHaveLength(16);
  });

  it('keeps hashes, chain, tree and offsets: the trail still verifies, and says how many are gone', async () => {
    await fill();
    const before = await room.verify();
    const lengths = room.lines().map((line) => line.length);

    await eraseFromTrail(room.path, { session: SECRET }, 'request 7');

    const closed = room.lines(join(room.folder, 'trail.000001.jsonl'));
    const after = await room.verify();
    const withNewHead = await room.verify({ expectSize: after.size, expectRoot: after.root });
    const withOldHead = await room.verify({ expectSize: before.size, expectRoot: before.root });
    expect(closed.slice(0, 20).map((line) => line.length)).toEqual(lengths);
    expect(after.errors).toEqual([]);
    expect(after).toMatchObject({ valid: true, erased: 4 });
    expect(withNewHead.errors).toEqual([]);
    // Anyone who writes the files could have added an entry that excuses what is gone.
    expect(withOldHead.errors.map(({ code }) => code)).toEqual(['gaps', 'gaps', 'gaps', 'gaps']);
  });

  it('is signed before anything goes, so that whoever has the key can tell it from a forgery', async () => {
    const { signingKey, verifierKey } = generateKeyPair('example.com/audit');
    const signer = new KeySigner(signingKey);
    await fill({ signer });
    const unsigned = join(room.folder, 'copy.jsonl');
    for (const end of ['', '.checkpoints']) copyFileSync(room.path + end, unsigned + end);

    await eraseFromTrail(room.path, { session: SECRET }, 'request 7', { signer });
    await eraseFromTrail(unsigned, { session: SECRET }, 'request 7', { checkpointEntries: 0, checkpointSeconds: 0 });

    expect((await room.verify({ keys: [verifierKey] })).errors).toEqual([]);
    expect((await verifyTrail(unsigned, { keys: [verifierKey] })).valid).toBe(false);
  });

  it('says in the trail what was erased and why, for good', async () => {
    await fill();

    await eraseFromTrail(room.path, { session: SECRET }, 'request 7');

    const [said] = readTrail(room.path).filter((entry) => entry.kind === 'erasure');
    expect(parseErasure(said?.detail ?? null)).toMatchObject({ reason: 'request 7', hashes: { length: 4 } });
  });

  it('lets writers that have the trail open go on', async () => {
    const writer = openTrail(room.path);
    writer.append(call('a', { session: SECRET }));

    await eraseFromTrail(room.path, { session: SECRET }, 'request 7');
    writer.append(call('b'));
    await writer.close();

    expect((await room.verify()).errors).toEqual([]);
  });

  it('refuses while a running writer could bring the call back', async () => {
    const writer = openTrail(room.path);
    writer.begin(call('a', { session: SECRET }));
    writer.append(call('a', { session: SECRET }));

    const refused = eraseFromTrail(room.path, { session: SECRET }, 'request 7');

    await expect(refused).rejects.toMatchObject({ code: 'ERASURE' });
    await writer.close();
    expect((await eraseFromTrail(room.path, { session: SECRET }, 'request 7')).erased).toBe(1);
    expect(everything()).not.toContain(SECRET);
  });

  it.each([
    ['nobody', {}],
    ['an empty name', { session: '' }],
    ['a stranger', { session: 'nobody' }],
  ])('refuses %s', async (_name, subject) => {
    await fill();

    await expect(eraseFromTrail(room.path, subject, 'request 7')).rejects.toMatchObject({ code: 'ERASURE' });
    expect(codeOf(() => readTrail(room.path))).toBe('');
  });

  it('refuses to give no reason', async () => {
    await fill();

    await expect(eraseFromTrail(room.path, { session: SECRET }, ' ')).rejects.toMatchObject({ code: 'ERASURE' });
  });

  it('is found when done by hand: a tombstone that no entry announces', async () => {
    await fill();
    await eraseFromTrail(room.path, { session: SECRET }, 'request 7');
    const tombstone = room.lines(join(room.folder, 'trail.000001.jsonl'))[0] ?? '';
    const other = new Room();
    const trail = openTrail(other.path);
    trail.append(call('x'));
    await trail.close();

    other.write([tombstone, ...other.lines()]);
    const result = await other.verify();
    other.clear();

    expect(result.valid).toBe(false);
  });
});
