import { Chain, type SealedEntry } from './chain.js';
import { readSettled } from './delta.js';
import type { EntryFields } from '../entry/entry.js';
import type { Tape } from './tape.js';

/**
 * Writes entries that cannot wait on a chain of their own, for a writer whose own chain owes others first. Null if they
 * came to stand behind the line that closes the file, and so nowhere; `read`: everything before it has been read.
 */
export function writeAside(tape: Tape, now: () => number, all: readonly EntryFields[], lead: string, read: number): readonly SealedEntry[] | null {
  const chain = new Chain(now);
  const entries: SealedEntry[] = [];
  for (const fields of all) entries.push(chain.seal(fields, null, entries.at(-1)));
  tape.write(lead + entries.map((entry) => entry.line).join(''));
  // Also of a file that others have deleted meanwhile.
  tape.lastSize();
  return readSettled(tape, read, chain.writerId).own.length === 0 ? null : entries;
}
