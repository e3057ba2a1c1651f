import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { call, codeOf, Room } from './kit.test.kit.js';
import { readTrail } from './load-trail.js';
import { openTrail } from './trail.js';

describe('Trail', () => {
  let room: Room;
  beforeEach(() => {
    room = new Room();
  });
  afterEach(() => {
    room.clear();
  });

  it('writes an entry as one canonical line with every field', () => {
    const trail = openTrail(room.path, { now: () => Date.UTC(2030, 0, 1) });

    const receipt = trail.append(call('c1', { redactions: { phone: 1, email: 2 }, overhead_ms: 0.25 }));

    void trail.close();
    expect(room.lines()).toEqual([
      '{"agent":null,"args_digest":null,"call_duration_ms":0,"call_id":"c1","cost_micro_usd":0,"decision":"allowed","depth":0,' +
        `"detail":null,"entry_hash":"${receipt.entryHash}","entry_id":"${receipt.entryId}","error_class":null,"input_redactions":0,` +
        '"kind":"call","outcome":"ok","output_redactions":0,"overhead_ms":0.25,"parent_call_id":null,"policy_digest":null,' +
        '"policy_name":null,"policy_version":null,"previous_hash":"","redactions":{"email":2,"phone":1},"result_digest":null,' +
        '"sandbox":null,"schema_version":1,"seen":null,"sequence":1,"session":null,"tenant_id":null,"timestamp":"2030-01-01T00:00:00.000Z","tool_call_id":null,' +
        `"tool_name":"search","violation_reason":null,"violation_type":null,"violations":[],"writer_id":"${receipt.writerId}"}`,
    ]);
  });

  it('creates its folder and file for this user only', () => {
    const path = join(room.folder, 'a', 'b', 'trail.jsonl');

    void openTrail(path).close();

    expect([statSync(path).mode & 0o777, statSync(join(room.folder, 'a')).mode & 0o777]).toEqual([0o600, 0o700]);
  });

  it('keeps two writers in one process valid (D-39)', async () => {
    const one = openTrail(room.path);
    const two = openTrail(room.path);

    for (let i = 0; i < 20; i += 1) {
      one.append(call(`one-${String(i)}`));
      if (i % 3 === 0) two.append(call(`two-${String(i)}`));
    }

    void one.close();
    void two.close();
    expect(await room.verify()).toMatchObject({ valid: true, entries: 27, writers: 2, errors: [] });
  });

  it('links what it saw another writer write', () => {
    const one = openTrail(room.path);
    const two = openTrail(room.path);

    const seen = one.append(call('a'));
    two.append(call('b'));
    two.append(call('c'));

    expect(readTrail(room.path).map((entry) => entry.seen)).toEqual([null, seen.entryHash, null]);
    void one.close();
    void two.close();
  });

  it('links its first entry to the last one of the file after a restart', async () => {
    const first = openTrail(room.path);
    first.append(call('a'));
    const last = first.append(call('b'));
    void first.close();

    const second = openTrail(room.path);
    second.append(call('c'));
    void second.close();

    expect(readTrail(room.path).at(-1)?.seen).toBe(last.entryHash);
    expect((await room.verify()).valid).toBe(true);
  });

  it('resumes behind a line longer than any window (D-45)', async () => {
    const first = openTrail(room.path);
    const last = first.append(call('a', { violation_reason: 'x'.repeat(300_000) }));
    void first.close();

    const second = openTrail(room.path);
    second.append(call('b'));
    void second.close();

    expect(readTrail(room.path).at(-1)?.seen).toBe(last.entryHash);
    expect((await room.verify()).valid).toBe(true);
  });

  it('leaves earlier bytes as they are (M5)', () => {
    const trail = openTrail(room.path);
    trail.append(call('a'));
    const before = readFileSync(room.path);

    trail.append(call('b'));

    expect(readFileSync(room.path).subarray(0, before.length).equals(before)).toBe(true);
    void trail.close();
  });

  it('writes a lone surrogate as U+FFFD and stays valid', async () => {
    const trail = openTrail(room.path);

    trail.append(call('a\ud800b', { redactions: { '\udfff"\n': 1 }, violation_reason: 'é\u2028\u0000"\\' }));

    void trail.close();
    expect(readTrail(room.path)[0]).toMatchObject({ call_id: 'a\ufffdb', redactions: { '\ufffd"\n': 1 } });
    expect((await room.verify()).valid).toBe(true);
  });

  it('tells its size and head, which the verifier confirms', async () => {
    const trail = openTrail(room.path);
    trail.append(call('a'));
    const early = trail.head();
    trail.append(call('b'));
    const late = trail.head();
    void trail.close();

    const result = await room.verify({ expectSize: early.size, expectRoot: early.root });

    expect([result.valid, result.size, result.root]).toEqual([true, late.size, late.root]);
  });

  it('records a gap its caller knows of', () => {
    const trail = openTrail(room.path);

    trail.append({ kind: 'gap', detail: 'the disk was full for a minute' });

    void trail.close();
    expect(readTrail(room.path)[0]).toMatchObject({ kind: 'gap', decision: null, detail: 'the disk was full for a minute' });
  });

  it.each(['all', 'structure'] as const)('records that a kill switch was turned, which verifies with checks: %s', async (checks) => {
    const trail = openTrail(room.path);

    trail.append({ kind: 'kill_switch', detail: 'tripped by ops: the agent mails strangers', tenant_id: 'acme' });

    void trail.close();
    expect(readTrail(room.path)[0]).toMatchObject({ kind: 'kill_switch', outcome: null, detail: 'tripped by ops: the agent mails strangers', tenant_id: 'acme' });
    expect(await room.verify({ checks })).toMatchObject({ valid: true, entries: 1, errors: [] });
  });

  it('records behind which wall a tool ran', async () => {
    const trail = openTrail(room.path);

    trail.append(call('a', { sandbox: 'bubblewrap' }));

    void trail.close();
    expect(readTrail(room.path)[0]).toMatchObject({ call_id: 'a', sandbox: 'bubblewrap' });
    expect((await room.verify()).errors).toEqual([]);
  });

  it.each([
    ['overhead_ms', { overhead_ms: Number.NaN }],
    ['call_duration_ms', { call_duration_ms: -1 }],
    ['depth', { depth: 1.5 }],
    ['cost_micro_usd', { cost_micro_usd: Infinity }],
    ['redactions', { redactions: { email: -1 } }],
  ])('refuses a draft whose %s is not a number it can keep', (name, more) => {
    const trail = openTrail(room.path);

    expect(() => trail.append(call('a', more))).toThrow(name);

    expect(room.lines()).toEqual([]);
    void trail.close();
  });

  it('refuses an entry over the limit and goes on', async () => {
    const trail = openTrail(room.path);

    const code = codeOf(() => trail.append(call('a', { violation_reason: 'x'.repeat(17 * 1024 * 1024) })));

    trail.append(call('b'));
    void trail.close();
    expect(code).toBe('ENTRY_TOO_LARGE');
    expect((await room.verify()).entries).toBe(1);
  });

  it('refuses work after closing', () => {
    const trail = openTrail(room.path);
    void trail.close();
    void trail.close();

    const codes = [() => trail.append(call('a')), () => { trail.begin(call('a')); }, () => trail.head()].map(codeOf);

    expect(codes).toEqual(['CLOSED', 'CLOSED', 'CLOSED']);
  });
});

describe('Trail on a file that is not as it should be', () => {
  let room: Room;
  beforeEach(() => {
    room = new Room();
  });
  afterEach(() => {
    room.clear();
  });

  it('refuses a directory', () => {
    mkdirSync(room.path);

    expect(codeOf(() => openTrail(room.path))).toBe('NOT_A_FILE');
  });

  it('refuses a folder path that leads through a file', () => {
    writeFileSync(room.path, '');

    expect(codeOf(() => openTrail(join(room.path, 'trail.jsonl')))).toBe('PARENT');
  });

  it('refuses a device', () => {
    expect(codeOf(() => openTrail('/dev/null'))).toBe('NOT_A_FILE');
  });

  it('refuses to append to a file that is no trail', () => {
    writeFileSync(room.path, '{"name":"package"}\n');

    expect(codeOf(() => openTrail(room.path))).toBe('NOT_A_TRAIL');
    expect(readFileSync(room.path, 'utf8')).toBe('{"name":"package"}\n');
  });

  it('fails closed when the file is removed while open', () => {
    const trail = openTrail(room.path);
    trail.append(call('a'));
    unlinkSync(room.path);

    const codes = [codeOf(() => trail.append(call('b'))), codeOf(() => trail.append(call('c')))];

    expect(codes).toEqual(['REMOVED', 'REMOVED']);
    void trail.close();
  });

  it('fails closed when the file is cut short while open', () => {
    const trail = openTrail(room.path);
    trail.append(call('a'));
    trail.append(call('b'));
    truncateSync(room.path, 10);

    expect(codeOf(() => trail.append(call('c')))).toBe('TRUNCATED');
    void trail.close();
  });

  it('fails closed when its last line is swapped for another of other length', () => {
    const trail = openTrail(room.path);
    trail.append(call('a'));
    const size = statSync(room.path).size;
    trail.append(call('b'));
    truncateSync(room.path, size);
    appendFileSync(room.path, `${room.lines()[0] ?? ''}\n`.repeat(3));

    expect(codeOf(() => trail.append(call('c')))).toBe('TRUNCATED');
    void trail.close();
  });

  it.each([
    ['moved away', () => undefined, 'REMOVED'],
    ['replaced', (path: string) => { writeFileSync(path, ''); }, 'REPLACED'],
  ] as const)('fails closed within 250 ms when the file is %s', (_, replace, code) => {
    let clock = 1_000_000;
    const trail = openTrail(room.path, { now: () => clock });
    trail.append(call('a'));
    renameSync(room.path, `${room.path}.old`);
    replace(room.path);
    clock += 250;

    expect(codeOf(() => trail.append(call('b')))).toBe(code);
    void trail.close();
  });

  it('works on when the disk has room again after it was full (D-44)', async () => {
    const disk = join(room.folder, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      console.warn('not tested: a full disk needs the right to mount a tmpfs');
      return;
    }
    try {
      const path = join(disk, 'trail.jsonl');
      const filler = join(disk, 'filler');
      writeFileSync(filler, Buffer.alloc(20_000));
      const trail = openTrail(path);
      let written = 0;
      const code = codeOf(() => {
        for (;;) {
          trail.append(call(`a-${String(written)}`));
          written += 1;
        }
      });
      const again = codeOf(() => trail.append(call('b')));
      unlinkSync(filler);
      trail.append(call('c'));
      void trail.close();
      const copy = readFileSync(path);
      writeFileSync(room.path, copy);

      expect([code, again]).toEqual(['NO_SPACE', 'NO_SPACE']);
      const result = await room.verify();
      expect(result.errors).toEqual([]);
      expect(result.entries).toBe(written + 1 + result.recovered);
      expect(readTrail(room.path).at(-1)?.call_id).toBe('c');
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});
