import type { AuditStore, StoreTrail, StoreTrailOptions } from '@enforcecore/audit';
import { openStore } from './open-log.js';
import type { TrailPlace } from './trail-place.js';

/** Writes to a database as a program does, and lets go of it whatever happens: a connection left open would keep the process alive. */
export async function withDatabaseTrail<T>(
  place: Exclude<TrailPlace, { readonly kind: 'file' }>,
  options: StoreTrailOptions,
  body: (trail: StoreTrail, store: AuditStore) => Promise<T>,
): Promise<T> {
  const { openStoreTrail } = await import('@enforcecore/audit');
  const store = await openStore(place);
  try {
    const trail = await openStoreTrail(store, options);
    try {
      return await body(trail, store);
    } finally {
      await trail.close();
    }
  } finally {
    // Its trail has closed it already, unless none could be opened.
    await store.close();
  }
}
