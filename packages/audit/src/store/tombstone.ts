import { isHash } from '../entry/digest.js';
import type { EntryPlace } from '../entry/entry.js';

/** What is left of an entry whose content was erased: its hash and its place in the chain. */
export interface Tombstone extends Pick<EntryPlace, 'previous_hash' | 'seen' | 'sequence' | 'writer_id'> {
  readonly entry_hash: string;
}

const LINE =
  /^\{"entry_hash":"([0-9a-f]{64})","erased":true,"pad":" *","previous_hash":"([0-9a-f]{64}|)","schema_version":1,"seen":(?:null|"([0-9a-f]{64})"),"sequence":([1-9]\d{0,15}),"writer_id":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"\}$/;

/**
 * The line that stands in the place of an entry, RFC 8785 like every other. `bytes` is the length of the entry's line:
 * spaces make up for what was erased, so that in a file everything behind it stays where it was.
 */
export function tombstoneText(of: Tombstone, bytes = 0): string {
  const short = withPad(of, '');
  return short.length >= bytes ? short : withPad(of, ' '.repeat(bytes - short.length));
}

function withPad(of: Tombstone, pad: string): string {
  const seen = of.seen === null ? 'null' : `"${of.seen}"`;
  return (
    `{"entry_hash":"${of.entry_hash}","erased":true,"pad":"${pad}","previous_hash":"${of.previous_hash}","schema_version":1` +
    `,"seen":${seen},"sequence":${String(of.sequence)},"writer_id":"${of.writer_id}"}`
  );
}

/** Reads a tombstone's line; null for any other. */
export function parseTombstone(line: string): Tombstone | null {
  const [, hash, previous, seen, digits, writer] = LINE.exec(line) ?? [];
  const sequence = Number(digits);
  if (hash === undefined || previous === undefined || writer === undefined || !Number.isSafeInteger(sequence)) return null;
  return { entry_hash: hash, previous_hash: previous, seen: isHash(seen) ? seen : null, sequence, writer_id: writer };
}

/** Whether a tombstone keeps the place of the line that it is to replace. */
export function isSamePlace(left: Tombstone, right: Tombstone): boolean {
  return (
    left.entry_hash === right.entry_hash && left.previous_hash === right.previous_hash && left.seen === right.seen &&
    left.sequence === right.sequence && left.writer_id === right.writer_id
  );
}
