import { isUtf8 } from 'node:buffer';
import { isClosing } from '../entry/detail.js';
import { entryStart } from '../entry/glance.js';
import { parseLine } from '../entry/parse-line.js';
import { leafHash } from '../tree/tree-state.js';
import type { StoredLine } from '../trail/line-splitter.js';
import type { LogRecord } from './audit-store.js';
import { parseTombstone } from './tombstone.js';

/** The leaf of a line as a file has it; no bytes and no line where they are too many. */
export interface LineRecord extends LogRecord {
  /** It ends its file: what stands behind it is not part of the trail. */
  readonly isLast: boolean;
}

function entryOf(text: string): LineRecord | null {
  const parsed = parseLine(text);
  if (parsed.ok) return { hash: parsed.entry.entry_hash, line: text, bytes: null, isLast: isClosing(parsed.entry) };
  const left = parseTombstone(text);
  return left === null ? null : { hash: left.entry_hash, line: text, bytes: null, isLast: false };
}

function tornOf(raw: string): LineRecord {
  const bytes = Buffer.from(raw, 'latin1');
  const hash = leafHash(bytes);
  return isUtf8(bytes) ? { hash, line: bytes.toString('utf8'), bytes: null, isLast: false } : { hash, line: null, bytes, isLast: false };
}

/** The leaves of one line of a file: its entry, a torn line, or a torn one and the entry that was added to it. Believes stated hashes. */
export function recordsOfLine(line: StoredLine): readonly LineRecord[] {
  const { text, raw } = line;
  const entry = text === null ? null : entryOf(text);
  if (entry !== null) return [entry];
  if (raw === null) return [{ hash: line.leaf(), line: null, bytes: null, isLast: false }];
  const start = entryStart(raw);
  const rest = start > 0 ? Buffer.from(raw.slice(start), 'latin1') : null;
  const glued = rest !== null && isUtf8(rest) ? entryOf(rest.toString('utf8')) : null;
  return glued === null ? [tornOf(raw)] : [tornOf(raw.slice(0, start)), glued];
}
