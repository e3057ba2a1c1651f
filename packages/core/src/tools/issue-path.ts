import { Redactor } from '@enforcecore/redact';
import type { ToolInputIssue } from './tool-input.js';

const plainKey = /^[A-Za-z_$][\w$-]{0,39}$/;
let secrets: Redactor | undefined;

/** A key that may be told: short, like a name, and no secret that is known by its form. Others are the caller's data as much as any value. */
export function shownKey(key: string): string | undefined {
  if (!plainKey.test(key)) return undefined;
  secrets ??= new Redactor();
  return secrets.detect(key).length === 0 ? key : undefined;
}

/**
 * `path.key`; a key that may not be told is `(key)`.
 *
 * @param names those that the author wrote; any other is the caller's data
 */
export function keyPath(path: string, key: string, names?: ReadonlySet<string>): string {
  const shown = names === undefined || names.has(key) ? (shownKey(key) ?? '(key)') : '(key)';
  return path === '' ? shown : `${path}.${shown}`;
}

/** For what has only keys of the caller. */
export const noNames: ReadonlySet<string> = new Set();

const maxNamed = 12;

/** @param known the keys that there are, for the model to choose from */
export function unknownKey(path: string, key: string, known: readonly string[] | undefined): ToolInputIssue {
  const shown = shownKey(key);
  const named = known === undefined || known.length === 0 || known.length > maxNamed ? '' : `; known are ${known.join(', ')}`;
  return { path, expected: `must not have ${shown === undefined ? 'an unknown key' : `the unknown key ${shown}`}${named}` };
}
