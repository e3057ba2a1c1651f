import { announce } from '../backend/announce.js';
import { segmentText } from '../entry/detail.js';
import { TrailError } from '../errors.js';
import type { AuditStore } from '../store/audit-store.js';
import type { StoreTrail } from '../store/store-trail.js';
import type { TreeState } from '../tree/tree-state.js';

/**
 * Deletes the oldest lines of a database, up to a state of its tree: `trail` (a writer over the same store) first appends an
 * entry that says so, and covers it by a checkpoint if it signs any; without that, `verify` with the log's key fails until
 * the log has signed one. What is left still verifies. Throws `TrailError` ERASURE where the state lies beyond the log.
 */
export async function pruneStore(store: AuditStore, trail: StoreTrail, before: TreeState): Promise<void> {
  const [start, size] = [await store.start(), await store.size()];
  if (before.size <= start.size) return;
  if (before.size > size) {
    throw new TrailError('ERASURE', store.location, `cannot delete from ${store.location}: expected ${String(size)} lines at most, got ${String(before.size)}: give the tree's state at a size that the log had`);
  }
  await announce(trail, 'segment', segmentText({ role: 'pruned', size: before.size }));
  if (trail.isSigning) await trail.checkpoint();
  await store.prune(before);
}
