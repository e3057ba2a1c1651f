import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import type { PinnedParts } from './pin-store.js';

/** What of a tool is hashed, each by itself, so that a person sees what has changed. */
export const pinParts = ['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations'] as const;
export type PinPart = (typeof pinParts)[number];

/** How many characters of a part are kept to be shown; the digest is over all of it. */
export const mostShown = 16_384;
/** As many where a server has filled what the file has room for. */
const leastShown = 256;

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
    parts[part] = { sha256: sha256(text), text: cut(text, mostShown), length: text.length };
  }
  return { at, sha256: digestOf(parts), parts };
}

export function digestOf(parts: Snapshot['parts']): string {
  return sha256(pinParts.map((part) => `${part}=${parts[part]?.sha256 ?? ''}\n`).join(''));
}

/** The same with less to show: what the file of pins holds of one server has an end. */
export function thinned<S extends Snapshot>(snapshot: S): S {
  const parts = Object.fromEntries(Object.entries(snapshot.parts).map(([part, kept]) => [part, { ...kept, text: cut(kept.text, leastShown) }]));
  return { ...snapshot, parts };
}

/** Characters that are kept of it. */
export function keptOf(snapshot: Snapshot | undefined): number {
  return Object.values(snapshot?.parts ?? {}).reduce((sum, { text }) => sum + text.length, 0);
}

/** Never in the middle of a pair of surrogates, which is no text by itself. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? most - 1 : most);
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
