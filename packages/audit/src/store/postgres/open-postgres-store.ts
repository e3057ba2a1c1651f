import { TrailError } from '../../errors.js';
import type { PgClient, PgPool } from './client.js';
import { migrate } from './migrate.js';
import { postgresFault } from './postgres-fault.js';
import { PostgresStore } from './postgres-store.js';
import { Session } from './session.js';

/** Where the log is and how it is reached; give `client` or `connectionString`. */
export interface PostgresStoreOptions {
  /** A `pg.Pool` of at least two connections, which stays open when the store is closed; its `error` events are its owner's to listen to. */
  readonly client?: PgPool | undefined;
  /** As libpq has it; only `sslmode=verify-full` keeps others from posing as the server. */
  readonly connectionString?: string | undefined;
  /** Lower case letters, digits and `_`; `enforcecore` where none is given. */
  readonly schema?: string | undefined;
  /** Connections of the store's own pool: one to write with, the others to read; 2 to 100, 4 where none is given. */
  readonly poolSize?: number | undefined;
  /** How long one statement may take, the wait for other writers included; 10,000 where none is given. */
  readonly statementTimeoutMs?: number | undefined;
  /** How long a connection may take to come about, in the store's own pool; 10,000 where none is given. */
  readonly connectTimeoutMs?: number | undefined;
  /** How long a living store that lost its connection may take to come back before another one takes its open calls over; 2,000 where none is given. */
  readonly graceMs?: number | undefined;
  /** Creates and updates nothing: a schema that is not there is refused with `MISSING`. False where none is given. */
  readonly readOnly?: boolean | undefined;
}

interface Settled {
  readonly schema: string;
  readonly poolSize: number;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly graceMs: number;
}

const SCHEMA = /^[a-z_][a-z0-9_]{0,47}$/;

function refuse(name: string, expected: string): never {
  throw new TrailError('OPTIONS', 'postgres', `option ${name} refused: expected ${expected}, got something else: change it`);
}

function amount(name: string, value: number | undefined, otherwise: number, least: number, most: number): number {
  if (value === undefined) return otherwise;
  return Number.isInteger(value) && value >= least && value <= most ? value : refuse(name, `a whole number from ${String(least)} to ${String(most)}`);
}

function settle(options: PostgresStoreOptions): Settled {
  const { schema = 'enforcecore', client, connectionString } = options;
  if (typeof schema !== 'string' || !SCHEMA.test(schema)) refuse('schema', 'at most 48 lower case letters, digits and _');
  if ((client === undefined) === (connectionString === undefined)) refuse('client', 'either client or connectionString');
  // With one connection the store would wait for itself: pg has ten where nothing is said.
  if (client !== undefined && (client.options.max ?? 10) < 2) refuse('client', 'a pool of at least two connections');
  return {
    schema: `"${schema}"`,
    poolSize: amount('poolSize', options.poolSize, 4, 2, 100),
    timeoutMs: amount('statementTimeoutMs', options.statementTimeoutMs, 10_000, 1, 3_600_000),
    connectTimeoutMs: amount('connectTimeoutMs', options.connectTimeoutMs, 10_000, 1, 3_600_000),
    graceMs: amount('graceMs', options.graceMs, 2000, 0, 3_600_000),
  };
}

async function ownPool(connectionString: string, settled: Settled): Promise<PgPool> {
  const { default: pg } = await import('pg').catch((error: unknown) => {
    throw new TrailError('MISSING', 'postgres', 'cannot load pg, which connectionString needs: npm install pg', { cause: error });
  });
  try {
    const pool = new pg.Pool({
      connectionString, max: settled.poolSize, statement_timeout: settled.timeoutMs, connectionTimeoutMillis: settled.connectTimeoutMs,
      application_name: 'enforcecore', keepAlive: true,
    });
    // An idle connection that ends is replaced by the next that is needed.
    pool.on('error', () => undefined);
    // Read at once, as a text that is no address is refused only then.
    new pg.Client({ connectionString });
    return pool;
  } catch {
    // No cause: it may quote the text, and with it the password.
    return refuse('connectionString', 'one like postgresql://user@host/database?sslmode=verify-full');
  }
}

/** Without user and password. */
function locationOf({ host, port, database }: PgClient): string {
  return `postgres://${host.startsWith('/') ? encodeURIComponent(host) : host}:${String(port)}/${database ?? ''}`;
}

async function prepare(pool: PgPool, schema: string, readOnly: boolean): Promise<string> {
  let location = 'postgres';
  try {
    const client = await pool.connect();
    location = locationOf(client);
    const onError = (): undefined => undefined;
    client.on('error', onError);
    try {
      await migrate(client, schema, location, readOnly);
    } finally {
      // Not given back: it holds a lock, may be in the middle of a transaction, and has our listener.
      client.release(true);
    }
    return location;
  } catch (error) {
    throw postgresFault(error, location, 'cannot open');
  }
}

/**
 * Opens the log in one schema of a database in UTF8, PostgreSQL 14 or newer, and creates or updates it if need be: this
 * takes its owner's rights. Whoever only writes needs what `postgresGrants` says, so that it cannot change what was written.
 * An append that returned is on disk (`synchronous_commit` is never off). Poolers must pool sessions, not transactions.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  const settled = settle(options);
  const ownsPool = options.client === undefined;
  const pool = options.client ?? (await ownPool(options.connectionString ?? '', settled));
  try {
    const location = await prepare(pool, settled.schema, options.readOnly === true);
    const session = new Session(pool, location, settled.timeoutMs);
    const { schema, timeoutMs, graceMs } = settled;
    return new PostgresStore({ location, schema, pool, session, ownsPool, timeoutMs, graceMs });
  } catch (error) {
    if (ownsPool) await pool.end();
    throw error;
  }
}
