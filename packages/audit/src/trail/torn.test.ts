import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { call, Room } from './kit.test.kit.js';
import { readTrail } from './load-trail.js';
import { openTrail } from './trail.js';

/** A trail of three entries, as bytes. */
function threeEntries(room: Room): Buffer {
  const trail = openTrail(room.path);
  for (const id of ['a', 'b', 'ç']) trail.append(call(id));
  void trail.close();
  return readFileSync(room.path);
}

describe('a torn line (D-44)', () => {
  let room: Room;
  beforeEach(() => {
    room = new Room();
  });
  afterEach(() => {
    room.clear();
  });

  it('is invalid until a writer vouches for it', async () => {
    const whole = threeEntries(room);
    room.forgetCheckpoints();
    writeFileSync(room.path, whole.subarray(0, -20));

    const before = await room.verify();
    void openTrail(room.path).close();
    const after = await room.verify();

    expect([before.valid, before.errors[0]?.code]).toEqual([false, 'framing']);
    expect(after).toMatchObject({ valid: true, recovered: 1, entries: 3, size: 4 });
  });

  it('is recovered whichever byte was the last one written', async () => {
    const whole = threeEntries(room);
    const start = whole.subarray(0, -1).lastIndexOf(0x0a) + 1;
    const failures: number[] = [];

    for (let length = start; length <= whole.length; length += 37) {
      room.forgetCheckpoints();
      writeFileSync(room.path, whole.subarray(0, length));
      const trail = openTrail(room.path);
      trail.append(call('d'));
      void trail.close();
      const { valid, recovered } = await room.verify();
      const isTorn = length > start && length < whole.length;
      const isKept = readFileSync(room.path).subarray(0, length).equals(whole.subarray(0, length));
      if (!valid || !isKept || recovered !== (isTorn ? 1 : 0)) failures.push(length);
    }

    expect(failures).toEqual([]);
  }, 30_000);

  it('is recovered when it is the very first line', async () => {
    const whole = threeEntries(room);
    room.forgetCheckpoints();
    writeFileSync(room.path, whole.subarray(0, 3));

    const trail = openTrail(room.path);
    trail.append(call('d'));
    void trail.close();

    expect(await room.verify()).toMatchObject({ valid: true, recovered: 1 });
  });

  it('is recovered when it is longer than any window (D-45)', async () => {
    threeEntries(room);
    appendFileSync(room.path, `{"agent":"${'x'.repeat(400_000)}`);

    void openTrail(room.path).close();

    expect(await room.verify()).toMatchObject({ valid: true, recovered: 1 });
  });

  it('is recovered when it is longer than any entry', async () => {
    threeEntries(room);
    appendFileSync(room.path, `{"agent":"${'x'.repeat(17 * 1024 * 1024)}`);

    void openTrail(room.path).close();

    expect(await room.verify()).toMatchObject({ valid: true, recovered: 1 });
  });

  it('is noticed by a writer that is already open', async () => {
    const trail = openTrail(room.path);
    trail.append(call('a'));
    appendFileSync(room.path, '{"agent":nu');

    trail.append(call('b'));

    void trail.close();
    expect(await room.verify()).toMatchObject({ valid: true, recovered: 1, entries: 3 });
    expect(trail.path).toBe(room.path);
  });

  it('keeps the entry that a writer glued to it unawares', async () => {
    const whole = threeEntries(room);
    const lines = whole.toString('latin1').split('\n');
    const other = openTrail(room.path);
    room.forgetCheckpoints();
    writeFileSync(room.path, Buffer.from(`${lines[0] ?? ''}\n{"agent":null,"args${lines[1] ?? ''}\n${lines[2] ?? ''}\n`, 'latin1'));

    const before = await room.verify();
    void openTrail(room.path).close();
    const after = await room.verify();

    expect(before).toMatchObject({ valid: false, entries: 3 });
    expect(after).toMatchObject({ valid: true, recovered: 1, entries: 4 });
    expect(readTrail(room.path)).toHaveLength(4);
    void other.close();
  });

  it('stays recovered when the recovery itself was torn', async () => {
    const whole = threeEntries(room);
    const torn = whole.subarray(0, -20);
    room.forgetCheckpoints();
    writeFileSync(room.path, torn);
    void openTrail(room.path).close();
    const recovered = readFileSync(room.path);
    const failures: number[] = [];

    for (let length = torn.length; length <= recovered.length; length += 131) {
      room.forgetCheckpoints();
      writeFileSync(room.path, recovered.subarray(0, length));
      void openTrail(room.path).close();
      if (!(await room.verify()).valid) failures.push(length);
    }

    expect(failures).toEqual([]);
  }, 30_000);

  it('is vouched for exactly: a later change of its bytes is found', async () => {
    const whole = threeEntries(room);
    room.forgetCheckpoints();
    writeFileSync(room.path, whole.subarray(0, -20));
    void openTrail(room.path).close();
    const bytes = readFileSync(room.path);
    bytes[whole.length - 30] = 0x78;
    room.forgetCheckpoints();
    writeFileSync(room.path, bytes);

    expect((await room.verify()).valid).toBe(false);
  });

  it('is not vouched for when it never was the beginning of an entry', async () => {
    threeEntries(room);
    appendFileSync(room.path, 'approved by alice\n');

    void openTrail(room.path).close();

    expect((await room.verify()).valid).toBe(false);
  });

  it('of a writer in the middle of its line leaves the trail valid', async () => {
    const whole = threeEntries(room);
    const start = whole.subarray(0, -1).lastIndexOf(0x0a) + 1;
    room.forgetCheckpoints();
    writeFileSync(room.path, whole.subarray(0, start + 50));
    const trail = openTrail(room.path);
    // The other writer's second half arrives behind the newline that was to end its line.
    appendFileSync(room.path, '\n');

    trail.append(call('d'));
    void trail.close();

    expect((await room.verify()).errors).toEqual([]);
  });
});
