import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeEntry, hashEntry, joinEntry } from '../entry/encode-entry.js';
import { completeFields, type CallDraft } from '../entry/entry.js';
import { Room } from '../trail/kit.test.kit.js';
import { parseLine, parseSlowly } from '../entry/parse-line.js';
import { readCanonical } from '../entry/read-canonical.js';
import { openTrail } from '../trail/trail.js';

const PLACE = {
  entry_id: '00000000-0000-4000-8000-000000000000',
  previous_hash: '',
  seen: null,
  sequence: 1,
  timestamp: '2030-01-01T00:00:00.000Z',
  writer_id: '00000000-0000-4000-8000-000000000001',
};

const ordinary: CallDraft = { agent: 'a', call_id: 'c', tool_name: 't', decision: 'allowed', outcome: 'ok', overhead_ms: 0.125 };
const anyText = fc.string({ unit: 'binary', maxLength: 20 });
const anyCount = fc.nat();
const anyDraft: fc.Arbitrary<CallDraft> = fc.record({
  agent: fc.option(anyText),
  call_id: anyText,
  tool_name: anyText,
  decision: fc.constantFrom('allowed', 'blocked', 'redacted'),
  outcome: fc.constantFrom('ok', 'tool_error', 'blocked', 'cancelled'),
  args_digest: fc.option(anyText),
  overhead_ms: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  depth: anyCount,
  sandbox: fc.option(anyText),
  tool_call_id: fc.option(anyText),
  redactions: fc.dictionary(anyText, anyCount, { maxKeys: 4 }),
  violation_reason: fc.option(anyText),
  violations: fc.array(fc.record({ action: anyText, path: fc.option(anyText), reason: anyText, rule: anyText, type: anyText }), { maxLength: 2 }),
});

function hashOf(draft: CallDraft): string {
  return hashEntry(encodeEntry(completeFields(draft), PLACE));
}

/** RFC 8785 for what JSON can hold, written the slow way, to compare with. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}

describe('entries', () => {
  it('hash to the same whenever their fields are the same (M1)', () => {
    fc.assert(fc.property(anyDraft, (draft) => hashOf(draft) === hashOf(structuredClone(draft))));
  });

  it('hash to something else when any field differs (M2)', () => {
    fc.assert(
      fc.property(anyDraft, anyDraft, (one, two) => {
        const isSame = canonical(completeFields(one)) === canonical(completeFields(two));
        expect(hashOf(one) === hashOf(two)).toBe(isSame);
        for (const [name, value] of Object.entries({ tenant_id: 'x', sandbox: 'a wall of its own, too long for a draft', cost_micro_usd: 7, parent_call_id: 'p', depth: (one.depth ?? 0) + 1 })) {
          expect(hashOf({ ...one, [name]: value })).not.toBe(hashOf(one));
        }
      }),
    );
  });

  it('are RFC 8785 canonical JSON that reads back as what was written', () => {
    fc.assert(
      fc.property(anyDraft, (draft) => {
        const fields = completeFields(draft);
        const encoded = encodeEntry(fields, PLACE);
        const hash = hashEntry(encoded);
        const line = joinEntry(encoded, hash);
        const parsed = parseLine(line);
        expect(line).toBe(canonical(JSON.parse(line)));
        expect(parsed.ok && parsed.hash === hash && canonical(parsed.entry)).toBe(line);
      }),
    );
  });
});

/** A text that JSON escapes, and one that it does not. */
const hostile = `"\\\b\f\n\r\t\u0001\u001f\u007f\u2028 é`;

describe('the fast reader', () => {
  it('reads a call with escapes, violations and any time it took', () => {
    const violations = [{ action: 'block', path: null, reason: hostile, rule: 'r', type: 't' }, { action: 'log', path: 'a.b', reason: '', rule: '', type: '' }];
    const missed = [0, 1, 0.1, 1.5, 123456.123456789, 0.000001, 1e-7, 1.0000000000000002, 1e21, 5e-324, 4503599627370.5].filter((overhead_ms) => {
      const encoded = encodeEntry(completeFields({ ...ordinary, agent: hostile, violations, overhead_ms }), PLACE);
      return readCanonical(joinEntry(encoded, hashEntry(encoded))) === null;
    });

    expect(missed).toEqual([]);
  });

  it('reads an ordinary call', () => {
    const encoded = encodeEntry(completeFields({ ...ordinary, redactions: { email: 1, phone: 20 } }), PLACE);
    const line = joinEntry(encoded, hashEntry(encoded));

    expect(readCanonical(line)).toMatchObject({ sequence: 1, timestamp: PLACE.timestamp, writerId: PLACE.writer_id, entryHash: hashEntry(encoded) });
    expect(parseLine(line)).toEqual(parseSlowly(line));
  });

  it('judges every changed line as the slow one does', () => {
    const piece = fc.constantFrom('"', '\\', '\\u0041', '\\n', ' ', '0', '1', '-0', '1e3', '.5', ',', '}', '{', ']', 'null', '\u0000', '\\u001f', '\\u000a', '\\/', '\\ud800', '0.10', '0.0000001', '1.0', '\u2028', '"a":1', 'é', ',"a":1', '00', '__proto__');
    const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat({ max: 4 }), add: piece });
    fc.assert(
      fc.property(anyDraft, fc.boolean(), change, (draft, isOrdinary, { at, remove, add }) => {
        const encoded = encodeEntry(completeFields(isOrdinary ? { ...ordinary, redactions: { email: 1, phone: 2 } } : draft), PLACE);
        const line = joinEntry(encoded, hashEntry(encoded));
        const cut = Math.floor(at * line.length);
        const changed = line.slice(0, cut) + add + line.slice(cut + remove);
        expect(parseLine(changed)).toEqual(parseSlowly(changed));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a trail', () => {
  it('verifies whatever was appended by however many writers (M3), and its earlier bytes never change (M5)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(anyDraft, fc.nat({ max: 2 })), { minLength: 1, maxLength: 12 }), async (steps) => {
        const room = new Room();
        const trails = [0, 1, 2].map(() => openTrail(room.path));
        let before = Buffer.alloc(0);
        for (const [draft, index] of steps) {
          trails[index]?.append(draft);
          const after = readFileSync(room.path);
          expect(after.subarray(0, before.length).equals(before)).toBe(true);
          before = after;
        }
        for (const trail of trails) await trail.close();
        const { valid, entries } = await room.verify();
        room.clear();
        expect([valid, entries]).toEqual([true, steps.length]);
      }),
      { numRuns: 25 },
    );
  });

  it('is invalid when any byte is changed, removed or added (M4)', async () => {
    const room = new Room();
    const trail = openTrail(room.path);
    for (const id of ['a', 'b', 'c']) trail.append({ call_id: id, tool_name: 'ü', decision: 'allowed', outcome: 'ok' });
    await trail.close();
    const whole = readFileSync(room.path);
    room.forgetCheckpoints();
    const edit = fc.record({ at: fc.nat({ max: whole.length - 1 }), remove: fc.nat({ max: 3 }), add: fc.uint8Array({ maxLength: 3 }) });
    await fc.assert(
      fc.asyncProperty(edit, async ({ at, remove, add }) => {
        const bytes = Buffer.concat([whole.subarray(0, at), add, whole.subarray(at + remove)]);
        fc.pre(!bytes.equals(whole));
        writeFileSync(room.path, bytes);
        // Whole lines cut off at the end are what an expectation is for.
        expect((await room.verify({ expectSize: 3 })).valid).toBe(false);
      }),
      { numRuns: 150 },
    );
    room.clear();
  });
});
