import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import type { PinnedParts } from './pin-store.js';

/** What of a tool is hashed, each by itself, so that a person sees what has changed. */
export const pinParts = ['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations'] as const;
export type PinPart = (typeof pinParts)[number];

/** How many characters of a part are kept to be shown; the digest is over all of it. */
export const mostShown = 4_096;

/** One part as it was: the SHA-256 of its canonical JSON, and the beginning of that. */
export interface PartSnapshot {
  readonly sha256: string;
  readonly text: string;
  /** Characters of the whole; more than `text` has where it was cut. */
  readonly length: number;
}

/** A tool as it was at a time. */
export interface Snapshot {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** SHA-256 over the digests of all parts. */
  readonly sha256: string;
  readonly parts: Readonly<Partial<Record<PinPart, PartSnapshot>>>;
}

/** @throws EnforceCoreError code `GATEWAY` for a tool that is no JSON. */
export function snapshotOf(tool: PinnedParts, at: string): Snapshot {
  const parts: Partial<Record<PinPart, PartSnapshot>> = {};
  for (const part of pinParts) {
    const value: unknown = tool[part];
    if (value === undefined) continue;
    const text = canonicalJson(value);
    parts[part] = { sha256: sha256(text), text: cut(text), length: text.length };
  }
  return { at, sha256: digestOf(parts), parts };
}

export function digestOf(parts: Snapshot['parts']): string {
  return sha256(pinParts.map((part) => `${part}=${parts[part]?.sha256 ?? ''}\n`).join(''));
}

/** Never in the middle of a pair of surrogates, which is no text by itself. */
function cut(text: string): string {
  if (text.length <= mostShown) return text;
  const last = text.charCodeAt(mostShown - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? mostShown - 1 : mostShown);
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
