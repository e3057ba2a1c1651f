import { EnforceCoreError } from '@enforcecore/core';

/** Deeper schemas are nobody's, and would cost stack. */
const mostLevels = 64;

/**
 * The bytes of RFC 8785 for a value that came as JSON: the order of keys in a schema says nothing, everything else does.
 * Text is not normalised: two normal forms are two texts.
 *
 * @throws EnforceCoreError code `GATEWAY` for what is deeper than 64 levels, or no JSON.
 */
export function canonicalJson(value: unknown, level = 0): string {
  if (level > mostLevels) throw new EnforceCoreError('GATEWAY', `a tool's schema is nested deeper than ${String(mostLevels)} levels`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  // ECMAScript's shortest form is what section 3.2.2.3 asks for.
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, level + 1)).join(',')}]`;
  if (typeof value !== 'object') throw new EnforceCoreError('GATEWAY', `a tool's schema holds what JSON has not: ${typeof value}`);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  // Section 3.2.3: by UTF-16 code units, as < compares.
  members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member, level + 1)}`).join(',')}}`;
}
