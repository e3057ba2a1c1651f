import { isUtf8 } from 'node:buffer';
import type { CheckpointRecord } from '../../checkpoint/checkpoint-record.js';
import { fieldFault } from '../../entry/check-fields.js';
import { completeFields, type EntryFields } from '../../entry/entry.js';
import type { StoredRecord } from '../audit-store.js';
import { storeFault } from '../faults.js';
import type { SqliteValue } from './sqlite-database.js';

/** A row as it comes from a file that others may have written, to be judged. */
export type Row = Readonly<Record<string, unknown>>;

export function rowOf(value: unknown): Row | null {
  // An object may be read by any key; every value read is checked.
  return typeof value === 'object' && value !== null ? (value as Row) : null;
}

export function countIn(location: string, row: Row | null, name: string): number {
  const value = row?.[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw storeFault(location, `holds a ${name} that is no number: restore it`);
}

export function textIn(location: string, row: Row | null, name: string): string {
  const value = row?.[name];
  if (typeof value === 'string') return value;
  throw storeFault(location, `holds a ${name} that is no text: restore it`);
}

/** What to bind for a line: as bytes if it holds a NUL, at which SQLite ends texts. */
export function lineValues(record: { readonly line: string | null; readonly bytes: Uint8Array | null }): readonly [SqliteValue, SqliteValue] {
  const { line, bytes } = record;
  return line?.includes('\0') === true ? [null, Buffer.from(line)] : [line, bytes];
}

export function recordIn(location: string, value: unknown): StoredRecord {
  const row = rowOf(value);
  const index = countIn(location, row, 'idx');
  const hash = textIn(location, row, 'hash');
  const bytes = row?.['bytes'];
  if (!(bytes instanceof Uint8Array)) return { index, hash, line: textIn(location, row, 'line'), bytes: null };
  const text = isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : null;
  // JSON is kept as text: as bytes, queries would not find it, so whoever verifies is to see that it is not.
  return text === null || parse(text) !== null ? { index, hash, line: null, bytes } : { index, hash, line: text, bytes: null };
}

function parse(text: string): Row | null {
  try {
    return rowOf(JSON.parse(text));
  } catch {
    // Not what this package wrote; the caller says so.
    return null;
  }
}

export function checkpointIn(location: string, value: unknown): CheckpointRecord {
  const found = parse(textIn(location, rowOf(value), 'record'));
  const { note, nodes, position = null, time } = found ?? {};
  const place = rowOf(position);
  const isPlace = position === null || (typeof place?.['segment'] === 'number' && typeof place['offset'] === 'number');
  const isNodes = Array.isArray(nodes) && nodes.every((node) => typeof node === 'string');
  if (typeof note !== 'string' || typeof time !== 'string' || !isNodes || !isPlace) {
    throw storeFault(location, 'holds a checkpoint that is none: restore it');
  }
  // Each member was checked above.
  return { note, nodes: nodes, position: position as CheckpointRecord['position'], time };
}

/** The fields of an open call; null if they are not what an entry can hold. */
export function fieldsIn(location: string, value: unknown): EntryFields | null {
  const found = parse(textIn(location, rowOf(value), 'fields'));
  if (found === null) return null;
  // fieldFault checks every value before use.
  const fields = completeFields(found);
  return fieldFault(fields) === null ? fields : null;
}
