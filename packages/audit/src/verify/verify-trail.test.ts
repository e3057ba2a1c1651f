import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { announce } from '../backend/announce.js';
import { segmentText } from '../entry/detail.js';
import { EMPTY_ROOT, leafHash, type TreeHead } from '../tree/tree-state.js';
import { call, codeOf, Room } from '../trail/kit.test.kit.js';
import { openTrail } from '../trail/trail.js';
import type { CheckName } from './verdict.js';
import { verifyTrail } from './verify-trail.js';

/** A line with its hash made right again, as a forger who knows the format would. */
function rehash(line: string): string {
  const bare = line.replace(/"entry_hash":"[0-9a-f]{64}",/, '');
  return bare.replace('"entry_id"', `"entry_hash":"${leafHash(bare)}","entry_id"`);
}

describe('verifyTrail', () => {
  let room: Room;
  let lines: string[];
  let whole: Buffer;
  let head: TreeHead;

  beforeAll(async () => {
    room = new Room();
    const one = openTrail(room.path);
    const two = openTrail(room.path);
    one.append(call('a', { violations: [{ action: 'block', path: null, reason: 'é', rule: 'r', type: 't' }], redactions: { email: 2 } }));
    two.append(call('b'));
    one.append(call('c'));
    two.append(call('d'));
    head = one.head();
    await one.close();
    await two.close();
    whole = readFileSync(room.path);
    lines = room.lines();
  });
  afterAll(() => {
    room.clear();
  });

  async function codesOf(changed: readonly string[], options?: Parameters<typeof verifyTrail>[1]): Promise<CheckName[]> {
    room.write(changed);
    const { valid, errors } = await room.verify(options);
    expect(valid).toBe(errors.length === 0);
    return [...new Set(errors.map((error) => error.code))];
  }

  /** The lines with one of them changed. */
  function edited(index: number, change: (line: string) => string): string[] {
    return lines.map((line, at) => (at === index ? change(line) : line));
  }

  it('finds nothing wrong with what writers wrote', async () => {
    expect(await codesOf(lines)).toEqual([]);
    expect(await room.verify()).toMatchObject({ valid: true, entries: 4, writers: 2, size: 4, root: head.root, segments: 1, recovered: 0 });
  });

  it('says of every check whether it passed or could not be made', async () => {
    room.write(lines);

    const { checks } = await room.verify();

    expect(checks.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'framing pass', 'schema pass', 'order pass', 'chain pass', 'tree pass', 'checkpoints unknown', 'signatures unknown', 'witnesses unknown',
      'gaps pass', 'clock pass', 'expectation unknown',
    ]);
  });

  it('finds every single flipped byte (M4)', async () => {
    const missed: number[] = [];
    const path = join(room.folder, 'flipped.jsonl');
    const two = whole.subarray(0, (lines[0] ?? '').length + (lines[1] ?? '').length + 2);
    for (let at = 0; at < two.length; at += 1) {
      const bytes = Buffer.from(two);
      bytes[at] = (bytes[at] ?? 0) ^ (at % 2 === 0 ? 1 : 0x80);
      writeFileSync(path, bytes);
      if ((await verifyTrail(path)).valid) missed.push(at);
    }

    expect(missed).toEqual([]);
  }, 30_000);

  it('finds bytes that are not UTF-8 where U+FFFD was written', async () => {
    const path = join(room.folder, 'replaced.jsonl');
    const trail = openTrail(path);
    trail.append(call('x\ufffdy'));
    await trail.close();
    const stored = readFileSync(path).toString('latin1');
    writeFileSync(path, Buffer.from(stored.replace('\xef\xbf\xbd', '\xff'), 'latin1'));

    expect((await verifyTrail(path)).valid).toBe(false);
  });

  it.each([0, 1, 2])('finds that line %d was deleted', async (index) => {
    expect(await codesOf(lines.filter((_, at) => at !== index))).not.toEqual([]);
  });

  it.each([0, 1, 2, 3])('finds that line %d was duplicated', async (index) => {
    expect(await codesOf(lines.flatMap((line, at) => (at === index ? [line, line] : [line])))).toContain('order');
  });

  it.each([0, 1, 2])('finds that line %d was swapped with the next', async (index) => {
    const swapped = [...lines];
    [swapped[index], swapped[index + 1]] = [lines[index + 1] ?? '', lines[index] ?? ''];

    expect(await codesOf(swapped)).toContain('order');
  });

  it.each([0, 1, 2, 3, 4])('finds garbage inserted before line %d', async (index) => {
    expect(await codesOf([...lines.slice(0, index), 'garbage', ...lines.slice(index)])).toEqual(['framing']);
  });

  it('finds an empty line', async () => {
    expect(await codesOf([...lines.slice(0, 2), '', ...lines.slice(2)])).toEqual(['framing']);
  });

  it('finds an injected key, even with the hash made right (D-42)', async () => {
    expect(await codesOf(edited(3, (line) => rehash(line.replace('{"agent"', '{"approved_by":"alice","agent"'))))).toContain('schema');
  });

  it('finds a repeated key, even with the hash made right (D-42)', async () => {
    expect(await codesOf(edited(3, (line) => rehash(line.replace('"depth":0,', '"depth":0,"depth":0,'))))).toContain('schema');
  });

  it.each([
    ['a space', (line: string) => line.replace('"depth":0', '"depth": 0')],
    ['another number format', (line: string) => line.replace('"depth":0', '"depth":0.0')],
    ['another escape', (line: string) => line.replace('"search"', '"\\u0073earch"')],
    ['another order', (line: string) => line.replace('"depth":0,"detail":null', '"detail":null,"depth":0')],
    ['a missing key', (line: string) => line.replace('"depth":0,', '')],
    ['a text for a number', (line: string) => line.replace('"depth":0', '"depth":"0"')],
    ['an unknown outcome', (line: string) => line.replace('"outcome":"ok"', '"outcome":"fine"')],
    ['an unknown kind', (line: string) => line.replace('"kind":"call"', '"kind":"note"')],
    ['another schema version', (line: string) => line.replace('"schema_version":1', '"schema_version":2')],
    ['an array', () => '[]'],
    ['a scalar', () => '1'],
    ['null', () => 'null'],
  ])('refuses %s, even with the hash made right', async (_, change) => {
    expect(await codesOf(edited(3, (line) => rehash(change(line))))).toContain('schema');
  });

  it('finds a rewritten last line without its hash made right', async () => {
    expect(await codesOf(edited(3, (line) => line.replace('"search"', '"delete"')))).toEqual(['chain']);
  });

  it('finds a rewritten earlier line with its hash made right', async () => {
    expect(await codesOf(edited(0, (line) => rehash(line.replace('"search"', '"delete"'))))).toEqual(expect.arrayContaining(['chain', 'order']));
  });

  it('finds a second chain of one writer', async () => {
    const forged = rehash((lines[0] ?? '').replace('"search"', '"delete"'));

    expect(await codesOf([...lines, forged])).toEqual(expect.arrayContaining(['order', 'chain']));
  });

  it('finds a recovery entry that vouches for nothing it understands', async () => {
    const forged = rehash((lines[3] ?? '').replace('"kind":"call"', '"kind":"recovery"'));

    expect(await codesOf([...lines.slice(0, 3), forged])).toContain('schema');
  });

  it('cannot know of lines cut off at the end without an expectation, and says so', async () => {
    room.write(lines.slice(0, 3));

    const { valid, checks } = await room.verify();

    expect(valid).toBe(true);
    expect(checks.at(-1)).toMatchObject({ name: 'expectation', status: 'unknown' });
  });

  it('finds lines cut off at the end by the expected head (D-41)', async () => {
    expect(await codesOf(lines.slice(0, 3), { expectSize: head.size, expectRoot: head.root })).toEqual(['expectation']);
  });

  it('finds a trail rebuilt from nothing by the expected head (D-43)', async () => {
    const other = new Room();
    const trail = openTrail(other.path);
    for (const id of ['a', 'b', 'c', 'd', 'e']) trail.append(call(id));
    await trail.close();

    expect(await codesOf(other.lines())).toEqual([]);
    expect(await codesOf(other.lines(), { expectSize: head.size, expectRoot: head.root })).toEqual(['expectation']);
    expect(await codesOf(other.lines(), { expectRoot: head.root })).toEqual(['expectation']);
    other.clear();
  });

  it('accepts a trail that has grown since the expected head', async () => {
    expect(await codesOf(lines, { expectSize: 0, expectRoot: EMPTY_ROOT })).toEqual([]);
    expect(await codesOf(lines, { expectSize: head.size, expectRoot: head.root })).toEqual([]);
    expect(await codesOf(lines, { expectSize: 2 })).toEqual([]);
  });

  it('does not accept an empty trail unless it was expected (D-41)', async () => {
    expect(await codesOf([])).toEqual(['framing']);
    expect(await codesOf([], { expectSize: 0 })).toEqual([]);
  });

  it('refuses a missing trail and a directory with typed errors', async () => {
    await expect(verifyTrail(join(room.folder, 'nowhere.jsonl'))).rejects.toMatchObject({ code: 'MISSING' });
    await expect(verifyTrail(room.folder)).rejects.toMatchObject({ code: 'NOT_A_FILE' });
  });

  it('describes as many errors as asked for and counts all', async () => {
    room.write([...lines, 'x', 'y', 'z']);

    const { errors, checks } = await room.verify({ maxErrors: 1 });

    expect(errors).toHaveLength(1);
    expect(checks[0]?.detail).toContain('3 found');
  });

  it('comes to a verdict though the files are rotated, packed and deleted during each reading', async () => {
    const busy = new Room();
    let clock = Date.now();
    const trail = openTrail(busy.path, { compress: true, retainDays: 1, now: () => clock });
    const rotate = (): void => {
      trail.append(call('c'));
      trail.rotate();
      clock += 12 * 3_600_000;
    };
    for (let i = 0; i < 4; i += 1) rotate();
    let last = Infinity;
    const onProgress = (done: number): void => {
      // A reading has begun.
      for (let i = 0; done <= last && i < 4; i += 1) rotate();
      last = done;
    };

    const result = await busy.verify({ now: () => clock, onProgress });

    expect(result).toMatchObject({ valid: true, errors: [] });
    await trail.close();
    busy.clear();
  });

  it('never takes for tampering what writers do meanwhile', async () => {
    const busy = new Room();
    const writers = [1, 2].map(() => openTrail(busy.path, { rotateBytes: 20_000, compress: true, retainDays: 1e-5 }));
    const over = new AbortController();
    const writing = (async (): Promise<void> => {
      for (let i = 0; !over.signal.aborted; i += 1) {
        writers[i % 2]?.append(call(`c-${String(i)}`));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    const outcomes: unknown[] = [];
    for (let i = 0; i < 30; i += 1) outcomes.push(await busy.verify().then(({ errors }) => errors, (error: unknown) => codeOf(() => { throw error; })));
    over.abort();
    await writing;
    for (const writer of writers) await writer.close();

    const faults = outcomes.filter((outcome) => outcome !== 'ROTATION' && JSON.stringify(outcome) !== '[]');
    busy.clear();
    expect(faults).toEqual([]);
  });

  it('does not wait for a pipe in the place of the checkpoints', async () => {
    room.write(lines);
    const path = `${room.path}.checkpoints`;
    rmSync(path, { force: true });
    execFileSync('mkfifo', [path]);

    const refused = await room.verify().catch((error: unknown) => error);
    unlinkSync(path);

    expect(refused).toMatchObject({ code: 'NOT_A_FILE' });
  });

  it('reads a journal whose call id is millions of escapes long', async () => {
    room.write(lines);
    mkdirSync(`${room.path}.journal`, { recursive: true });
    writeFileSync(`${room.path}.journal/x.intents`, `{"call_id":"${'\\n'.repeat(5_000_000)}","tool_name":"x"}\n{"call_id":"a\\`);

    const { errors, checks } = await room.verify();
    rmSync(`${room.path}.journal`, { recursive: true });

    expect(errors).toEqual([]);
    expect(checks.find(({ name }) => name === 'gaps')).toMatchObject({ status: 'unknown', detail: expect.stringContaining('1 calls were begun') });
  });

  it('tells of lines behind one that closes the current file', async () => {
    room.write(lines);
    const trail = openTrail(room.path, { checkpointEntries: 0, checkpointSeconds: 0 });
    await announce(trail, 'segment', segmentText({ role: 'close' }));
    await trail.close();
    room.write([...room.lines(), lines[0] ?? '', 'x']);

    const { checks } = await room.verify();

    expect(checks.find(({ name }) => name === 'gaps')).toMatchObject({ status: 'unknown', detail: expect.stringContaining('2 lines stand behind') });
  });

  it('tells its progress up to the last byte', async () => {
    room.write(lines);
    const told: [number, number][] = [];

    await room.verify({ onProgress: (done, total) => told.push([done, total]) });

    expect(told.at(-1)).toEqual([whole.length, whole.length]);
  });

  it('never ends in an error on hostile bytes', async () => {
    const path = join(room.folder, 'hostile.jsonl');
    for (const text of ['{"__proto__":1}', '{', '\0'.repeat(100), '{"agent":"}', '"', '[['.repeat(100_000), '{"agent":null,"detail":{}}\n\n\n', '\n']) {
      writeFileSync(path, text);
      expect((await verifyTrail(path)).valid).toBe(false);
    }
    unlinkSync(path);
    rmSync(path, { force: true });
  });
});
