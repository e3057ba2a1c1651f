import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { leafHash, TreeBuilder } from '../tree/tree-state.js';
import type { VerificationResult } from '../verify/verification.js';
import { verifyPythonTrail, type VerifyPythonOptions } from './verify-python-trail.js';

const inTest = (path: string): string => fileURLToPath(new URL(`../../test/${path}`, import.meta.url));
const SCRIPT = inTest('python/make-trail.py');
const FIXTURES = inTest('fixtures/python');
const python = ['python3', 'python'].find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);

let room = '';
beforeEach(() => {
  room = mkdtempSync(join(tmpdir(), 'python-trail-'));
  cpSync(FIXTURES, room, { recursive: true });
});
afterEach(() => {
  rmSync(room, { recursive: true, force: true });
});

const at = (name: string): string => join(room, name);
const linesOf = (name: string): string[] => readFileSync(at(name), 'latin1').split('\n').slice(0, -1);

function put(name: string, lines: readonly string[]): void {
  writeFileSync(at(name), lines.map((line) => `${line}\n`).join(''), 'latin1');
}

async function changed(change: (lines: string[]) => readonly string[], options: VerifyPythonOptions = {}): Promise<VerificationResult> {
  put('path.jsonl', change(linesOf('path.jsonl')));
  return verifyPythonTrail(at('path.jsonl'), options);
}

/** The checks that a change must not pass, and what the first error says. */
function verdict(result: VerificationResult): { failed: string[]; first: string; line: number } {
  const failed = result.checks.filter(({ status }) => status === 'fail').map(({ name }) => name);
  return { failed, first: result.errors[0]?.message ?? '', line: result.errors[0]?.line ?? -1 };
}

function statusOf(result: VerificationResult, name: string): string {
  return result.checks.find((check) => check.name === name)?.status ?? '';
}

/** Gives an entry, whose key order is sorted, the hash that it should have after a change. */
function rehashed(line: string): string {
  const without = line.replace(/"entry_hash":"[0-9a-f]{64}",/, '');
  return line.replace(/"entry_hash":"[0-9a-f]{64}"/, `"entry_hash":"${createHash('sha256').update(without).digest('hex')}"`);
}

describe('verifyPythonTrail', () => {
  it.each(['path.jsonl', 'backend.jsonl'])('finds %s, as Python wrote it, right', async (name) => {
    const result = await verifyPythonTrail(at(name));

    expect(result).toMatchObject({ valid: true, entries: 12, size: 12, writers: 1, segments: 1, errors: [] });
  });

  it('says what the format leaves open: what is not checked is unknown, never passed', async () => {
    const { checks } = await verifyPythonTrail(at('path.jsonl'));

    expect(Object.fromEntries(checks.map(({ name, status }) => [name, status]))).toEqual({
      framing: 'pass', schema: 'pass', order: 'pass', chain: 'pass', tree: 'unknown', checkpoints: 'unknown', signatures: 'unknown',
      witnesses: 'unknown', gaps: 'unknown', clock: 'pass', expectation: 'unknown',
    });
  });

  it('gives size and root of the RFC 9162 tree over the lines', async () => {
    const tree = new TreeBuilder();
    for (const line of linesOf('path.jsonl')) tree.add(leafHash(line));

    const { size, root } = await verifyPythonTrail(at('path.jsonl'));

    expect({ size, root }).toEqual({ size: tree.size, root: tree.root() });
  });

  it('finds a flip of any bit of any byte', async () => {
    const [first = '', second = ''] = linesOf('path.jsonl');
    const bytes = Buffer.from(`${first}\n${second}\n`, 'latin1');
    const missed: number[] = [];
    for (let i = 0; i < bytes.length; i += 1) {
      const flipped = Buffer.from(bytes);
      flipped[i] = (flipped[i] ?? 0) ^ (1 << i % 8);
      writeFileSync(at('flip.jsonl'), flipped);
      if ((await verifyPythonTrail(at('flip.jsonl'))).valid) missed.push(i);
    }

    expect(missed).toEqual([]);
  });

  it('finds any other byte in the place of any byte', async () => {
    const bytes = readFileSync(at('path.jsonl'));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (i, byte) => {
        fc.pre(bytes[i] !== byte);
        const other = Buffer.from(bytes);
        other[i] = byte;
        writeFileSync(at('other.jsonl'), other);

        expect((await verifyPythonTrail(at('other.jsonl'))).valid).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it.each<readonly [string, (lines: string[]) => readonly string[], string[], number]>([
    ['a deleted entry', (l) => l.toSpliced(4, 1), ['chain'], 5],
    ['a deleted first entry', (l) => l.slice(1), ['gaps'], 1],
    ['two entries in the other order', (l) => l.toSpliced(3, 2, l[4] ?? '', l[3] ?? ''), ['chain'], 4],
    ['a repeated entry', (l) => l.toSpliced(3, 0, l[2] ?? ''), ['chain'], 4],
    ['a changed decision with its hash redone', (l) => l.with(2, rehashed((l[2] ?? '').replace('"blocked"', '"allowed"'))), ['chain'], 4],
    ['a changed tool', (l) => l.with(2, (l[2] ?? '').replace('send_mail', 'send_fax')), ['chain'], 3],
    ['an empty line', (l) => l.toSpliced(2, 0, ''), ['framing'], 3],
    ['a line of something else', (l) => l.toSpliced(2, 0, '[1]'), ['framing'], 3],
    ['a chain that begins anew in the middle', (l) => l.with(5, rehashed((l[5] ?? '').replace(/"previous_hash":"\w+"/, '"previous_hash":""'))), ['chain'], 6],
  ])('finds %s and says where', async (_, change, failed, line) => {
    const result = await changed(change);

    expect(result.valid).toBe(false);
    expect(verdict(result)).toMatchObject({ failed, line });
  });

  it('finds a key that was put in, which the reference passes over (D-42)', async () => {
    const result = await changed((l) => l.with(1, (l[1] ?? '').replace('{', '{"approved_by":"alice",')));

    expect(statusOf(result, 'chain')).toBe('pass');
    expect(verdict(result)).toEqual({ failed: ['schema'], line: 2, first: expect.stringContaining('a key that no field has') });
  });

  it('finds a key that is there twice, of which the reference sees the last (D-42)', async () => {
    const result = await changed((l) => l.with(2, (l[2] ?? '').replace('{', '{"decision":"allowed",')));

    expect(statusOf(result, 'chain')).toBe('pass');
    expect(verdict(result)).toEqual({ failed: ['schema'], line: 3, first: expect.stringContaining('decision is there twice') });
  });

  it.each<readonly [string, (line: string) => string]>([
    ['a space', (line) => line.replace(':', ': ')],
    ['another escape', (line) => line.replace('"strict"', '"\\u0073trict"')],
    ['a character in the place of its escape', (line) => line.replace('\\u00e9', 'Ã©')],
    ['another spelling of a number', (line) => line.replace(/"call_duration_ms":(\d+\.\d)/, '"call_duration_ms":$10')],
    ['another order of keys', (line) => line.replace(/^\{("call_duration_ms":[^,]+),("call_id":"[^"]+")/, '{$2,$1')],
  ])('finds %s, which the hash does not cover', async (_, change) => {
    const before = linesOf('path.jsonl')[5] ?? '';

    const result = await changed((l) => l.with(5, change(before)));

    expect(change(before)).not.toBe(before);
    expect(verdict(result)).toEqual({ failed: ['schema'], line: 6, first: expect.stringContaining('not the bytes that the reference writes') });
  });

  it('says why entries of 1.0 to 1.5 do not fit (D-47), and that their hashes are right', async () => {
    const result = await verifyPythonTrail(at('v1.5.jsonl'));

    expect(statusOf(result, 'chain')).toBe('pass');
    expect(verdict(result)).toEqual({ failed: ['schema'], line: 1, first: expect.stringContaining('tenant_id is missing: EnforceCore 1.0 to 1.5') });
  });

  it.each([
    ['"decision":"allowed"', '"decision":"maybe"', 'decision is not allowed, blocked or redacted'],
    ['"input_redactions":0', '"input_redactions":-1', 'input_redactions is not a count'],
    ['"input_redactions":0', '"input_redactions":0.0', 'input_redactions is not a count'],
    ['"overhead_ms":0.0', '"overhead_ms":"0"', 'overhead_ms is not a number'],
    ['"tool_name":"search_web"', '"tool_name":{"a":[1]}', 'tool_name is not a text'],
    ['"tenant_id":null', '"tenant_id":7', 'tenant_id is not a text or null'],
    ['"timestamp":"2026', '"timestamp":"soon', 'timestamp is not a time'],
  ])('refuses %s written as %s', async (from, to, message) => {
    const result = await changed((l) => [rehashed((l[0] ?? '').replace(from, to))]);

    expect(verdict(result)).toEqual({ failed: ['schema'], line: 1, first: message });
  });

  it('does not notice entries cut off at the end or a rebuilt last entry, unless size or root are expected', async () => {
    const { size, root } = await verifyPythonTrail(at('path.jsonl'));

    const cut = await changed((l) => l.slice(0, -2));
    const expected = await verifyPythonTrail(at('path.jsonl'), { expectSize: size, expectRoot: root });

    expect(cut.valid).toBe(true);
    expect(statusOf(cut, 'expectation')).toBe('unknown');
    expect(verdict(expected)).toMatchObject({ failed: ['expectation'], first: 'truncated: expected at least 12 lines, got 10' });
  });

  it('holds a grown trail against an earlier size and root', async () => {
    const all = linesOf('path.jsonl');
    const early = await changed((l) => l.slice(0, 7));
    put('path.jsonl', all);

    const right = await verifyPythonTrail(at('path.jsonl'), { expectSize: 7, expectRoot: early.root });
    const wrong = await verifyPythonTrail(at('path.jsonl'), { expectSize: 8, expectRoot: early.root });

    expect([right.valid, statusOf(right, 'expectation'), statusOf(right, 'tree')]).toEqual([true, 'pass', 'pass']);
    expect(verdict(wrong)).toMatchObject({ failed: ['expectation'] });
  });

  it('takes an expected root of the whole trail without a size', async () => {
    const { root } = await verifyPythonTrail(at('path.jsonl'));

    expect((await verifyPythonTrail(at('path.jsonl'), { expectRoot: root })).valid).toBe(true);
    expect((await verifyPythonTrail(at('path.jsonl'), { expectRoot: '0'.repeat(64) })).valid).toBe(false);
  });

  it('finds no empty trail right unless it is told to expect one', async () => {
    put('empty.jsonl', []);

    expect((await verifyPythonTrail(at('empty.jsonl'))).valid).toBe(false);
    expect((await verifyPythonTrail(at('empty.jsonl'), { expectSize: 0 })).valid).toBe(true);
  });

  it('refuses a trail that is not there, and a folder', async () => {
    await expect(verifyPythonTrail(at('none.jsonl'))).rejects.toMatchObject({ code: 'MISSING' });
    await expect(verifyPythonTrail(room)).rejects.toMatchObject({ code: 'NOT_A_FILE' });
  });

  it('finds a last line that is cut off, or lacks only its newline (D-44)', async () => {
    const text = readFileSync(at('path.jsonl'));
    writeFileSync(at('torn.jsonl'), text.subarray(0, -20));
    writeFileSync(at('unended.jsonl'), text.subarray(0, -1));

    expect(verdict(await verifyPythonTrail(at('torn.jsonl')))).toMatchObject({ failed: ['framing'], line: 12 });
    expect(verdict(await verifyPythonTrail(at('unended.jsonl')))).toMatchObject({ failed: ['framing'], first: expect.stringContaining('no newline') });
  });

  it('takes the line ends of Windows, but not now and then', async () => {
    const lines = linesOf('path.jsonl');

    const all = await changed((l) => l.map((line) => `${line}\r`));
    put('path.jsonl', lines.with(3, `${lines[3] ?? ''}\r`));
    const some = await verifyPythonTrail(at('path.jsonl'));
    put('path.jsonl', lines.map((line, i) => (i === 3 ? line : `${line}\r`)));
    const most = await verifyPythonTrail(at('path.jsonl'));

    expect([all.valid, some.valid, most.valid]).toEqual([true, false, false]);
  });

  it('tells of a clock that went back, and does not call it a change', async () => {
    const result = await changed((l) => l.with(11, rehashed((l[11] ?? '').replace('2026-03-01T12', '2026-03-01T11'))));

    expect([result.valid, statusOf(result, 'clock')]).toEqual([true, 'unknown']);
  });
});

describe('a rotated trail of the reference', () => {
  it('is one trail: files that begin a chain and files that continue one, which the reference calls broken (D-46)', async () => {
    const result = await verifyPythonTrail(at('rotated.jsonl'));

    expect(result).toMatchObject({ valid: true, entries: 24, segments: 4, errors: [] });
    expect(result.checks.find(({ name }) => name === 'gaps')).toEqual({
      name: 'gaps', status: 'unknown', first: null, detail: '3 files begin a chain of their own; this format does not show whether whole files, or entries at the end, are missing',
    });
  });

  it('does not show a missing file after which the chain began anew, and says so', async () => {
    rmSync(at('rotated.2026-03-01T12-00-17.jsonl'));

    const result = await verifyPythonTrail(at('rotated.jsonl'));

    expect([result.valid, statusOf(result, 'gaps')]).toEqual([true, 'unknown']);
  });

  it('shows a missing first file that the next one continues', async () => {
    rmSync(at('rotated.2026-03-01T12-00-05.jsonl.gz'));

    expect(verdict(await verifyPythonTrail(at('rotated.jsonl')))).toMatchObject({ failed: ['gaps'], line: 1 });
  });

  it('shows lines missing at the end of a file that the next one continues', async () => {
    const name = at('rotated.2026-03-01T12-00-05.jsonl.gz');
    const lines = gunzipSync(readFileSync(name)).toString().split('\n');
    writeFileSync(name, gzipSync(`${lines.slice(0, -2).join('\n')}\n`));

    expect(verdict(await verifyPythonTrail(at('rotated.jsonl')))).toMatchObject({ failed: ['chain'], line: 1, first: expect.stringContaining('neither begins a chain nor continues') });
  });

  it('shows a packed file that is damaged', async () => {
    const name = at('rotated.2026-03-01T12-00-05.jsonl.gz');
    writeFileSync(name, readFileSync(name).subarray(0, -30));

    expect(verdict(await verifyPythonTrail(at('rotated.jsonl'))).failed).toContain('framing');
  });

  it('verifies one rotated file alone, and says so', async () => {
    const result = await verifyPythonTrail(at('rotated.2026-03-01T12-00-11.jsonl'));

    expect(result).toMatchObject({ valid: true, entries: 6, segments: 1 });
    expect(result.checks.find(({ name }) => name === 'gaps')?.detail).toContain('one file was verified alone; its first entry continues one in a file that was not given');
  });

  it('is there when its active file is not written yet', async () => {
    rmSync(at('rotated.jsonl'));

    expect(await verifyPythonTrail(at('rotated.jsonl'))).toMatchObject({ valid: true, entries: 18, segments: 3 });
  });
});

describe('a witness of the reference', () => {
  function witnessed(change: (record: { entry_id: string; entry_hash: string }, i: number) => object | string): string {
    const records = linesOf('path.jsonl').map((line, i) => {
      // The fixture holds these two texts in every line.
      const { entry_id, entry_hash } = JSON.parse(line) as { entry_id: string; entry_hash: string };
      const record = change({ entry_id, entry_hash }, i);
      return typeof record === 'string' ? record : JSON.stringify(record);
    });
    put('witness.jsonl', records.reverse());
    return at('witness.jsonl');
  }

  it('agrees in any order', async () => {
    const result = await verifyPythonTrail(at('path.jsonl'), { witnessFile: witnessed((record) => record) });

    expect([result.valid, statusOf(result, 'witnesses')]).toEqual([true, 'pass']);
  });

  it('shows entries cut off at the end', async () => {
    const witnessFile = witnessed((record) => record);

    expect(verdict(await changed((l) => l.slice(0, -2), { witnessFile }))).toMatchObject({ failed: ['witnesses'], first: '2 entries were witnessed and are not in the trail' });
  });

  it('shows changed content under a stored hash that it was told (D-48)', async () => {
    const witnessFile = witnessed((record) => record);

    expect(verdict(await changed((l) => l.with(11, (l[11] ?? '').replace('send_mail', 'send_fax')), { witnessFile })).failed).toEqual(['chain', 'witnesses']);
  });

  it('shows what is no record, and two hashes for one entry', async () => {
    const broken = witnessed((record, i) => (i === 3 ? 'null' : i === 4 ? '{' : record));
    expect(verdict(await verifyPythonTrail(at('path.jsonl'), { witnessFile: broken })).failed).toEqual(['witnesses']);

    const double = witnessed((record, i) => (i === 3 ? `${JSON.stringify(record)}\n${JSON.stringify({ ...record, entry_hash: '0'.repeat(64) })}` : record));
    expect(verdict(await verifyPythonTrail(at('path.jsonl'), { witnessFile: double })).failed).toEqual(['witnesses']);
  });

  it('must be there', async () => {
    await expect(verifyPythonTrail(at('path.jsonl'), { witnessFile: at('none') })).rejects.toMatchObject({ code: 'MISSING' });
  });
});

const withPython = python === undefined ? describe.skip : describe;
withPython(`entries serialised by Python itself${python === undefined ? ' (skipped: install python3 to run them)' : ''}`, () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ maxLength: 12 }), fc.string({ unit: fc.constantFrom('\ud83d', '\ude00', '\x7f', '\\', '"', '\n', 'é'), maxLength: 6 }));
  const amount = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(1e-5, 1e16, 1e15, 0.1, 1e-4)).map((value) => (Number.isFinite(value) && !Object.is(value, -0) ? value : 0));
  const fields = fc.record({
    entry_id: text, call_id: text, timestamp: fc.constant('2026-03-01T12:00:00+00:00'), tool_name: text, policy_name: text, policy_version: text,
    tenant_id: fc.option(text), decision: fc.constantFrom('allowed', 'blocked'), violation_type: fc.option(text), violation_reason: fc.option(text),
    overhead_ms: amount, call_duration_ms: amount, input_redactions: fc.nat(), output_redactions: fc.nat(),
  });

  it.each([[], ['--declared']])('hash to the same here %s', async (...order) => {
    const drawn = fc.sample(fields, { numRuns: 2000, seed: 7 });

    const { stdout, status } = spawnSync(python ?? '', [SCRIPT, '-', ...order], { input: drawn.map((one) => `${JSON.stringify(one)}\n`).join(''), maxBuffer: 1 << 26 });
    writeFileSync(at('drawn.jsonl'), stdout);

    expect(status).toBe(0);
    expect(await verifyPythonTrail(at('drawn.jsonl'))).toMatchObject({ valid: true, entries: 2000, errors: [] });
  });

  it('are those of the fixtures', () => {
    const { status } = spawnSync(python ?? '', [SCRIPT, at('again')]);

    expect(status).toBe(0);
    for (const name of ['path.jsonl', 'backend.jsonl', 'v1.5.jsonl', 'rotated.jsonl']) {
      expect(readFileSync(at(`again/${name}`), 'utf8')).toBe(readFileSync(at(name), 'utf8'));
    }
  });
});
