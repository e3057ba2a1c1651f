import { TrailError } from '../../errors.js';

/** How a log in SQLite is kept. */
export interface SqliteStoreOptions {
  /**
   * `process`, the default: what was appended survives the death of the process (synchronous=NORMAL in WAL mode).
   * `power`: the loss of power too (synchronous=FULL, an fsync for every append).
   */
  readonly durability?: 'process' | 'power' | undefined;
  /** How long to wait for other processes that write, in milliseconds; 10,000 where none is given. */
  readonly busyTimeoutMs?: number | undefined;
  /** Only read; the file must be there. */
  readonly readOnly?: boolean | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
}

export interface SettledSqliteOptions {
  readonly durability: 'process' | 'power';
  readonly busyTimeoutMs: number;
  readonly readOnly: boolean;
  readonly onWarning: (message: string) => void;
}

const MAX_TIMEOUT_MS = 3_600_000;

/** Fills in defaults and refuses what cannot be kept. */
export function settleSqliteOptions(location: string, options: SqliteStoreOptions): SettledSqliteOptions {
  const { durability = 'process', busyTimeoutMs = 10_000, readOnly = false, onWarning = () => undefined } = options;
  if (!Number.isInteger(busyTimeoutMs) || busyTimeoutMs < 0 || busyTimeoutMs > MAX_TIMEOUT_MS) {
    throw new TrailError('OPTIONS', location, `option busyTimeoutMs refused: expected a whole number from 0 to ${String(MAX_TIMEOUT_MS)}: change it`);
  }
  if (!['process', 'power'].includes(durability)) {
    throw new TrailError('OPTIONS', location, 'option durability refused: expected process or power: change it');
  }
  return { durability, busyTimeoutMs, readOnly, onWarning };
}
