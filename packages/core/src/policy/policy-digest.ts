import { createHash } from 'node:crypto';
import type { PlainValue } from './policy-node.js';

export function sha256(content: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** Says which rules were in force: over the merged document, and over the bytes of every file it came from. */
export function policyDigest(document: PlainValue, files: readonly string[]): string {
  return sha256(canonicalJson({ document, files }));
}

/** JSON with sorted keys and no spaces (RFC 8785): equal documents have equal bytes. */
export function canonicalJson(value: PlainValue): string {
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}

function isList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value);
}
