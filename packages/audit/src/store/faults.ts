import { TrailError } from '../errors.js';

/** What every call of a closed store ends in. */
export function closedStore(location: string, what: string): TrailError {
  return new TrailError('CLOSED', location, `cannot ${what} ${location}: the store is closed: open it anew`);
}

/** What a store answers to something that it cannot take as it is; nothing was changed. */
export function storeFault(location: string, text: string, cause?: unknown): TrailError {
  return new TrailError('STORE', location, `${location} ${text}`, cause === undefined ? undefined : { cause });
}
