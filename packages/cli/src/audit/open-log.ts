import type { AuditStore, TrailError } from '@enforcecore/audit';
import { postgresRefusal } from './postgres-refusal.js';
import { trailPlace, type TrailPlace } from './trail-place.js';

/** What can be read of a log, wherever it is. */
export type LogReader = Pick<AuditStore, 'location' | 'size' | 'start' | 'records' | 'query' | 'checkpoints' | 'lastCheckpoint'>;

/** Opens a trail to read it, and lets go of it afterwards; nothing is created. */
export async function withLog<T>(given: string, body: (log: LogReader) => Promise<T>): Promise<T> {
  const place = trailPlace(given);
  if (place.kind === 'file') {
    const { openJsonlSource } = await import('@enforcecore/audit');
    return body(openJsonlSource(place.path));
  }
  const store = await openStore(place, { readOnly: true });
  try {
    return await body(store);
  } finally {
    await store.close();
  }
}

/** Opens a database; one that is not there is created unless it is only read. */
export async function openStore(place: Exclude<TrailPlace, { readonly kind: 'file' }>, { readOnly = false } = {}): Promise<AuditStore> {
  if (place.kind === 'sqlite') {
    const { openSqliteStore } = await import('@enforcecore/audit/sqlite');
    return openSqliteStore(place.path, { readOnly });
  }
  const { openPostgresStore } = await import('@enforcecore/audit/postgres');
  try {
    return await openPostgresStore({ connectionString: place.url, readOnly });
  } catch (error) {
    const refused = await asTrailError(error);
    if (refused === undefined) throw error;
    const { TrailError } = await import('@enforcecore/audit');
    throw new TrailError(refused.code, place.shown, postgresRefusal(place.shown, refused), { cause: error });
  }
}

/** A failure of a trail is an answer where the question was whether it holds. */
export async function asTrailError(error: unknown): Promise<TrailError | undefined> {
  const { TrailError } = await import('@enforcecore/audit');
  return error instanceof TrailError ? error : undefined;
}
