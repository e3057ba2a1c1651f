import { TrailError } from '../errors.js';
import { MAX_LINE_BYTES } from '../trail/scan-lines.js';

/** What every call of a closed store ends in. */
export function closedStore(location: string, what: string): TrailError {
  return new TrailError('CLOSED', location, `cannot ${what} ${location}: the store is closed: open it anew`);
}

/** What a store answers to something that it cannot take as it is; nothing was changed. */
export function storeFault(location: string, text: string, cause?: unknown): TrailError {
  return new TrailError('STORE', location, `${location} ${text}`, cause === undefined ? undefined : { cause });
}

/** What an append ends in that would give a second entry the place of one that is there. */
export function takenPlace(location: string, cause?: unknown): TrailError {
  return storeFault(location, 'appended nothing: expected new entries, got one whose place in its chain is taken: append each once', cause);
}

/** What an entry ends in whose line no store takes. */
export function longEntry(location: string): TrailError {
  return new TrailError('ENTRY_TOO_LARGE', location, `entry refused: expected at most ${String(MAX_LINE_BYTES)} bytes, got more: shorten its texts`);
}
