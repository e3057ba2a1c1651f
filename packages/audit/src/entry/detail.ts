import { nodeCount, type TreeState } from '../tree/tree-state.js';
import { isHash } from './digest.js';

/** A run of bytes in a segment that is not an entry. */
export interface TornSpan {
  readonly length: number;
  readonly offset: number;
  readonly segment: number;
  /** Their leaf hash, by which a recovery entry vouches for them. */
  readonly hash: string;
}

/** First line of a segment: the number of the one before it, and the tree's state at its end. */
export interface OpenDetail extends TreeState {
  readonly role: 'open';
  readonly previous: number;
}

/**
 * What a `segment` entry says. A `close` ends its file: lines behind it are not part of the trail. `removed` files, up to and
 * with number `through`, and the first `size` lines of a database, `pruned`, are deleted behind the entry that says so.
 */
export type SegmentDetail =
  | OpenDetail
  | { readonly role: 'close' }
  | { readonly role: 'removed'; readonly through: number }
  | { readonly role: 'pruned'; readonly size: number };

export function tornText(span: TornSpan): string {
  return JSON.stringify({ hash: span.hash, length: span.length, offset: span.offset, segment: span.segment });
}

export function segmentText(detail: SegmentDetail): string {
  switch (detail.role) {
    case 'close':
      return JSON.stringify({ role: 'close' });
    case 'removed':
      return JSON.stringify({ role: 'removed', through: detail.through });
    case 'pruned':
      return JSON.stringify({ role: 'pruned', size: detail.size });
    case 'open':
      return JSON.stringify({ nodes: detail.nodes, previous: detail.previous, role: 'open', size: detail.size });
  }
}

type Members = Readonly<Record<string, unknown>>;

function members(text: string | null): Members {
  if (text === null) return {};
  try {
    const value: unknown = JSON.parse(text);
    // An object may be read by any key; every value read is checked.
    return typeof value === 'object' && value !== null ? (value as Members) : {};
  } catch {
    // Not ours: a detail nobody understands vouches for nothing.
    return {};
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isNodes(value: unknown, size: number): value is readonly string[] {
  return Array.isArray(value) && value.length === nodeCount(size) && value.every(isHash);
}

export function parseTorn(text: string | null): TornSpan | null {
  const { hash, length, offset, segment } = members(text);
  return isCount(length) && isCount(offset) && isCount(segment) && isHash(hash) ? { hash, length, offset, segment } : null;
}

export function parseSegment(text: string | null): SegmentDetail | null {
  const m = members(text);
  if (m['role'] === 'close') return { role: 'close' };
  if (m['role'] === 'removed') return isCount(m['through']) ? { role: 'removed', through: m['through'] } : null;
  if (m['role'] === 'pruned') return isCount(m['size']) ? { role: 'pruned', size: m['size'] } : null;
  if (m['role'] !== 'open') return null;
  const { nodes, previous, size } = m;
  return isCount(previous) && isCount(size) && isNodes(nodes, size) ? { role: 'open', nodes, previous, size } : null;
}

/** What an `erasure` entry says: whose content goes, by hash, and why. */
export interface ErasureDetail {
  readonly hashes: readonly string[];
  readonly reason: string;
}

export function erasureText({ hashes, reason }: ErasureDetail): string {
  return JSON.stringify({ hashes, reason });
}

export function parseErasure(text: string | null): ErasureDetail | null {
  const { hashes, reason } = members(text);
  return Array.isArray(hashes) && hashes.every(isHash) && typeof reason === 'string' ? { hashes, reason } : null;
}

/** Whether an entry ends its file. */
export function isClosing(entry: { readonly kind?: unknown; readonly detail?: unknown }): boolean {
  return entry.kind === 'segment' && typeof entry.detail === 'string' && parseSegment(entry.detail)?.role === 'close';
}

/** One text per span, to match a torn line with the entry that vouches for it. */
export function spanKey(span: TornSpan): string {
  return `${String(span.segment)}:${String(span.offset)}:${String(span.length)}:${span.hash}`;
}
