import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CallbackBackend } from '../backend/callback-backend.js';
import type { AuditBackend } from '../backend/audit-backend.js';
import { MemoryStore } from '../store/memory-store.js';
import { openStoreTrail } from '../store/store-trail.js';
import { call, Room } from '../trail/kit.test.kit.js';
import { openTrail } from '../trail/trail.js';
import { parseLine } from './parse-line.js';

let room: Room;
beforeEach(() => {
  room = new Room();
});
afterEach(() => {
  room.clear();
});

const backends: readonly (readonly [string, () => AuditBackend])[] = [
  ['a trail of files', (): AuditBackend => openTrail(room.path)],
  ['a trail in a store', (): AuditBackend => openStoreTrail(MemoryStore.open())],
  ['a function', (): AuditBackend => new CallbackBackend(() => undefined)],
];

/** As a caller in plain JavaScript would, past the types. */
function given(value: unknown): Parameters<AuditBackend['append']>[0] {
  return value as Parameters<AuditBackend['append']>[0];
}

describe.each(backends)('%s', (_name, open) => {
  it.each([
    ['erasure', { kind: 'erasure', detail: '{"hashes":[],"reason":"x"}' }],
    ['the deletion of segments', { kind: 'segment', detail: '{"role":"removed","through":7}' }],
    ['the end of a file', { kind: 'segment', detail: '{"role":"close"}' }],
    ['a recovery', { kind: 'recovery', detail: '{}' }],
    ['nothing', null],
    ['no object', 'x'],
    ['a value that throws', { ...call('a'), get agent(): string { throw new Error('sk-secret'); } }],
    ['violations that are none', { ...call('a'), violations: [null] }],
    ['counts that are a list', { ...call('a'), redactions: [1] }],
  ])('takes no word of a caller for %s', async (_what, draft) => {
    const backend = open();

    expect(() => backend.append(given(draft))).toThrow(expect.objectContaining({ code: 'ENTRY_INVALID', message: expect.not.stringContaining('sk-secret') }));
    if (draft === null) expect(() => { void backend.begin(given(null) as never); }).toThrow(expect.objectContaining({ code: 'ENTRY_INVALID' }));
    await backend.close();
  });
});

it('writes what it judged, though the caller’s object answers otherwise when it is read again', async () => {
  const trail = openTrail(room.path);
  let reads = 0;
  const turning = { get email(): number { reads += 1; return reads === 1 ? 1 : Number.NaN; } };
  const violation = { action: 'block', path: null, reason: 'r', type: 'T', get rule(): string { reads += 1; return reads === 2 ? 'rule' : '"'; } };

  trail.append({ ...call('a'), redactions: turning, violations: [violation] });
  await trail.close();

  const parsed = parseLine(room.lines()[0] ?? '');
  expect(parsed).toMatchObject({ ok: true, entry: { redactions: { email: 1 }, violations: [{ rule: 'rule' }] } });
  expect((await room.verify()).errors).toEqual([]);
});
