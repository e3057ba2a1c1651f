import type { ToolInputIssue } from './tool-input.js';

const plainKey = /^[A-Za-z_$][\w$-]{0,63}$/;

/** A key that may be told: short, and like a name. Others are the caller's data as much as any value. */
export function shownKey(key: string): string | undefined {
  return plainKey.test(key) ? key : undefined;
}

/** `path.key`; a key that may not be told is `(key)`. */
export function keyPath(path: string, key: string): string {
  const shown = shownKey(key) ?? '(key)';
  return path === '' ? shown : `${path}.${shown}`;
}

const maxNamed = 12;

/** @param known the keys that there are, for the model to choose from */
export function unknownKey(path: string, key: string, known: readonly string[] | undefined): ToolInputIssue {
  const shown = shownKey(key);
  const named = known === undefined || known.length === 0 || known.length > maxNamed ? '' : `; known are ${known.join(', ')}`;
  return { path, expected: `must not have ${shown === undefined ? 'an unknown key' : `the unknown key ${shown}`}${named}` };
}
