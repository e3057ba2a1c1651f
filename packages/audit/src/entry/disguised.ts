import { parseLine } from './parse-line.js';

/**
 * Whether bytes that pass for a line that is cut off are those of an entry without its `entry_hash`: these have the entry's
 * own leaf, so a recovery could vouch for them and hide it. No crash cuts a member out of the middle.
 */
export function isDisguisedEntry(text: string, leaf: string): boolean {
  const restored = text.replace(',"entry_id":"', `,"entry_hash":"${leaf}","entry_id":"`);
  return restored !== text && parseLine(restored).ok;
}
