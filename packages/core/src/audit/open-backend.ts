import { FileWitness, openStoreTrail, openTrail, signerFrom, type AuditBackend, type Signer, type StoreTrailOptions, type TrailOptions, type TreeHead } from '@enforcecore/audit';
import { openSqliteStore } from '@enforcecore/audit/sqlite';
import { join } from 'node:path';
import type { StorePlace } from '../settings/audit-store.js';
import type { Settings } from '../settings/settings.js';
import type { Clock } from '../time/clock.js';
import { cosignerFor } from './cosigner-for.js';

/** A backend that can say how long the log is and what its root is. */
export interface OpenBackend extends AuditBackend {
  head(): TreeHead | Promise<TreeHead>;
}

type Warn = (message: string) => void;

/** Opens what the settings name. PostgreSQL comes as a promise, files and SQLite at once. */
export function openBackend(settings: Settings, place: StorePlace | undefined, clock: Clock, onWarning: Warn): OpenBackend | Promise<OpenBackend> {
  const signer = signerOf(settings);
  const options = {
    signer,
    checkpointEntries: settings.auditCheckpointEntries,
    checkpointSeconds: settings.auditCheckpointSeconds,
    cosigner: settings.auditWitnessPolicy === undefined ? undefined : cosignerFor(settings.auditWitnessPolicy, signer, onWarning),
    now: () => clock.now(),
    onWarning,
  };
  switch (place?.kind) {
    case undefined:
      return openTrail(join(settings.auditPath, 'trail.jsonl'), { ...options, ...fileOptions(settings) });
    case 'sqlite': {
      const store = openSqliteStore(place.path, { durability: settings.auditDurability === 'power' ? 'power' : 'process', onWarning });
      return openedOrClosed(store, () => openStoreTrail(store, options));
    }
    case 'postgres':
      return openPostgres(place.url, options);
  }
}

async function openPostgres(connectionString: string, options: StoreTrailOptions): Promise<OpenBackend> {
  // Loaded here: most containers never need it.
  const { openPostgresStore } = await import('@enforcecore/audit/postgres');
  const store = await openPostgresStore({ connectionString });
  try {
    return await openStoreTrail(store, options);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A trail that could not be opened must leave no connection behind: the next call opens another one. */
function openedOrClosed<T>(store: { close(): void }, open: () => T): T {
  try {
    return open();
  } catch (error) {
    store.close();
    throw error;
  }
}

function signerOf({ auditKey, auditKeyFile }: Settings): Signer | undefined {
  return auditKey === undefined && auditKeyFile === undefined ? undefined : signerFrom({ key: auditKey, file: auditKeyFile });
}

const msPerHour = 3_600_000;

function fileOptions(settings: Settings): TrailOptions {
  const { auditImmutable, auditWitnessFile } = settings;
  return {
    durability: settings.auditDurability,
    // The append-only attribute forbids renaming, so an immutable trail stays one file.
    rotateBytes: auditImmutable ? 0 : Math.round(settings.auditRotateMb * 1024 * 1024),
    rotateMs: auditImmutable ? 0 : settings.auditRotateHours * msPerHour,
    retainDays: settings.auditRetainDays,
    compress: settings.auditCompress,
    immutable: auditImmutable,
    witness: auditWitnessFile === undefined ? undefined : new FileWitness(auditWitnessFile),
  };
}
