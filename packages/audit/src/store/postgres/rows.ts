import type { CheckpointRecord } from '../../checkpoint/checkpoint-record.js';
import { fieldFault } from '../../entry/check-fields.js';
import { completeFields, type EntryFields, type LooseFields } from '../../entry/entry.js';
import type { StoredRecord } from '../audit-store.js';
import { storeFault } from '../faults.js';
import { asNumber, asText } from './client.js';

/** A leaf as it is selected: index, hash, line, bytes. */
export function leafIn([index, hash, line, bytes]: readonly unknown[]): StoredRecord {
  const place = { index: asNumber(index), hash: asText(hash) };
  if (typeof line === 'string') return { ...place, line, bytes: null };
  const raw = bytes instanceof Uint8Array ? Buffer.from(bytes) : Buffer.alloc(0);
  const text = raw.toString();
  // Text that a column could not hold comes back as text. Any other is kept as text: as bytes, queries would not find it, so
  // whoever verifies is to see that it is not.
  const isRaw = text === '' || text.includes('\0');
  return isRaw && Buffer.from(text).equals(raw) ? { ...place, line: text, bytes: null } : { ...place, line: null, bytes: raw };
}

function objectIn(text: unknown): object | null {
  try {
    const value: unknown = JSON.parse(asText(text));
    return typeof value === 'object' ? value : null;
  } catch {
    // Another hand's text: the caller says what that means.
    return null;
  }
}

/** The fields of an open call; null where another hand wrote what `begin` would not. */
export function intentIn(text: unknown): EntryFields | null {
  // An object may be read by any key; fieldFault checks every value before use.
  const value: LooseFields | null = objectIn(text);
  if (value === null) return null;
  const fields = completeFields({ ...value, kind: 'call', outcome: 'unknown', decision: value.decision ?? 'allowed', detail: null });
  return fieldFault(fields) === null ? fields : null;
}

/** A checkpoint; whoever uses it verifies its note. */
export function checkpointIn(location: string, text: unknown): CheckpointRecord {
  // An object may be read by any key; what is read is checked, and the position by whoever follows it.
  const { note, nodes, position, time } = (objectIn(text) ?? {}) as Partial<CheckpointRecord>;
  if (typeof note !== 'string' || typeof time !== 'string' || !Array.isArray(nodes) || !nodes.every((node) => typeof node === 'string')) {
    throw storeFault(location, 'holds a checkpoint that is none: restore it');
  }
  return { note, nodes, position: position ?? null, time };
}
