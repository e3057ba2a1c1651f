import { completeFields, type EntryFields } from '../entry/entry.js';
import type { AppendReceipt } from './audit-backend.js';

/** Appends what callers may not: what a trail says of its own lines. INVARIANT: no door of the package exports it. */
export const ANNOUNCE = Symbol('announce');

/** A trail that can say of its own lines that they are erased or deleted. */
export interface Announcer {
  [ANNOUNCE](fields: EntryFields): AppendReceipt | Promise<AppendReceipt>;
}

export function announce(trail: Announcer, kind: 'erasure' | 'segment', detail: string): AppendReceipt | Promise<AppendReceipt> {
  return trail[ANNOUNCE](completeFields({ kind, detail }));
}
