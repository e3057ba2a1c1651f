import { TrailError } from '../../errors.js';
import { sleepSync } from '../../trail/sleep.js';
import type { SqliteDatabase } from './sqlite-database.js';
import { resultCode } from './sqlite-fault.js';
import type { SettledSqliteOptions } from './sqlite-options.js';

const RETRY_MS = 5;

/**
 * What queries filter on is computed from the line by the database: it cannot say anything but what was hashed.
 * Only `line` that is JSON is text; every other leaf is kept as bytes, for which those columns are null. An entry is known by
 * its writer and its number in that writer's chain: a far cheaper index than one over hashes, which hit another page each time.
 */
const FIRST = `
CREATE TABLE audit_log (
  id INTEGER PRIMARY KEY CHECK (id = 1), schema_version INTEGER NOT NULL, start_size INTEGER NOT NULL, start_nodes TEXT NOT NULL
);
INSERT INTO audit_log VALUES (1, 1, 0, '[]');
CREATE TABLE audit_leaves (
  idx INTEGER PRIMARY KEY CHECK (idx >= 0), hash TEXT NOT NULL CHECK (length(hash) = 64), line TEXT, bytes BLOB,
  writer_id TEXT AS (CASE WHEN json_extract(line, '$.entry_hash') = hash THEN json_extract(line, '$.writer_id') END) VIRTUAL,
  sequence INTEGER AS (json_extract(line, '$.sequence')) VIRTUAL,
  timestamp TEXT AS (json_extract(line, '$.timestamp')) VIRTUAL,
  tool_name TEXT AS (json_extract(line, '$.tool_name')) VIRTUAL,
  call_id TEXT AS (json_extract(line, '$.call_id')) VIRTUAL,
  session TEXT AS (json_extract(line, '$.session')) VIRTUAL,
  tenant_id TEXT AS (json_extract(line, '$.tenant_id')) VIRTUAL,
  agent TEXT AS (json_extract(line, '$.agent')) VIRTUAL,
  CHECK ((line IS NULL) <> (bytes IS NULL))
);
CREATE UNIQUE INDEX audit_leaves_writer ON audit_leaves (writer_id, sequence) WHERE writer_id IS NOT NULL;
CREATE INDEX audit_leaves_timestamp ON audit_leaves (timestamp) WHERE timestamp IS NOT NULL;
CREATE INDEX audit_leaves_tool_name ON audit_leaves (tool_name) WHERE tool_name IS NOT NULL;
CREATE INDEX audit_leaves_call_id ON audit_leaves (call_id) WHERE call_id IS NOT NULL;
CREATE INDEX audit_leaves_session ON audit_leaves (session) WHERE session IS NOT NULL;
CREATE INDEX audit_leaves_tenant_id ON audit_leaves (tenant_id) WHERE tenant_id IS NOT NULL;
CREATE INDEX audit_leaves_agent ON audit_leaves (agent) WHERE agent IS NOT NULL;
CREATE TABLE audit_checkpoints (id INTEGER PRIMARY KEY, size INTEGER NOT NULL, record TEXT NOT NULL);
CREATE INDEX audit_checkpoints_size ON audit_checkpoints (size);
CREATE TABLE audit_calls (
  writer TEXT NOT NULL, call TEXT NOT NULL, fields TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL, start TEXT NOT NULL,
  PRIMARY KEY (writer, call)
) WITHOUT ROWID;
CREATE INDEX audit_calls_call ON audit_calls (call);

CREATE TRIGGER audit_leaves_update BEFORE UPDATE ON audit_leaves
WHEN new.idx <> old.idx OR new.hash <> old.hash OR json_extract(new.line, '$.entry_hash') IS NOT old.hash OR json_extract(new.line, '$.erased') IS NOT 1
BEGIN SELECT RAISE(ABORT, 'a leaf of the log can only be replaced by its tombstone'); END;
CREATE TRIGGER audit_leaves_delete BEFORE DELETE ON audit_leaves
WHEN old.idx >= (SELECT start_size FROM audit_log)
BEGIN SELECT RAISE(ABORT, 'a leaf of the log can only be deleted with all before it, once the state of the tree there is kept'); END;
CREATE TRIGGER audit_log_update BEFORE UPDATE ON audit_log WHEN new.start_size < old.start_size
BEGIN SELECT RAISE(ABORT, 'the log cannot begin earlier than it does'); END;
CREATE TRIGGER audit_log_delete BEFORE DELETE ON audit_log BEGIN SELECT RAISE(ABORT, 'the log cannot be deleted'); END;
CREATE TRIGGER audit_checkpoints_update BEFORE UPDATE ON audit_checkpoints BEGIN SELECT RAISE(ABORT, 'a checkpoint cannot be changed'); END;
CREATE TRIGGER audit_checkpoints_delete BEFORE DELETE ON audit_checkpoints BEGIN SELECT RAISE(ABORT, 'a checkpoint cannot be deleted'); END;
`;

/** Each brings the schema from the version of its index to the next. */
const MIGRATIONS: readonly string[] = [FIRST];

function value(db: SqliteDatabase, sql: string): unknown {
  const row: unknown = db.prepare(sql).get();
  return typeof row === 'object' && row !== null && 'value' in row ? row.value : undefined;
}

/** The version of the log's tables; 0 where there are none. */
function versionOf(db: SqliteDatabase): number {
  if (value(db, `SELECT count(*) AS value FROM sqlite_schema WHERE name = 'audit_log'`) === 0) return 0;
  const version = value(db, 'SELECT schema_version AS value FROM audit_log');
  return typeof version === 'number' ? version : Number.NaN;
}

/** Creates the log's tables or brings them up to date. `isOwn`: the file is for the log alone. */
export function prepareSchema(db: SqliteDatabase, location: string, isOwn: boolean, readOnly: boolean): void {
  const isCurrent = (): boolean => {
    const version = versionOf(db);
    if (version === MIGRATIONS.length) return true;
    if (version === 0 && isOwn && value(db, 'SELECT count(*) AS value FROM sqlite_schema') !== 0) {
      throw new TrailError('NOT_A_TRAIL', location, `cannot open ${location}: it is a database of something else: choose another path`);
    }
    if (version < MIGRATIONS.length && !(readOnly && version === 0)) return false;
    const expected = `expected a log of schema version ${String(MIGRATIONS.length)}, got ${String(version)}`;
    throw new TrailError('FORMAT', location, `cannot open ${location}: ${expected}: open it with the release that wrote it`);
  };
  if (isCurrent()) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have been faster.
    if (!isCurrent()) {
      for (const migration of MIGRATIONS.slice(versionOf(db))) db.exec(migration);
      db.exec(`UPDATE audit_log SET schema_version = ${String(MIGRATIONS.length)}`);
    }
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

function isOlder(version: string, than: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [at, limit] of than.entries()) {
    const part = parts[at] ?? 0;
    if (part !== limit) return part < limit;
  }
  return false;
}

/** Only BEGIN waits for other processes by itself; the change to WAL mode answers at once that the file is busy. */
function switchToWal(db: SqliteDatabase, timeoutMs: number): unknown {
  for (let waited = 0; ; waited += RETRY_MS) {
    try {
      const row: unknown = db.prepare('PRAGMA journal_mode = WAL').get();
      return typeof row === 'object' && row !== null && 'journal_mode' in row ? row.journal_mode : undefined;
    } catch (error) {
      if (resultCode(error) !== 5 || waited >= timeoutMs) throw error;
      sleepSync(RETRY_MS);
    }
  }
}

/** Sets what holds for this connection only, and WAL mode, which holds for the file. */
export function prepareConnection(db: SqliteDatabase, location: string, options: SettledSqliteOptions): void {
  db.exec(`PRAGMA busy_timeout = ${String(options.busyTimeoutMs)}`);
  if (options.readOnly) return;
  const mode = switchToWal(db, options.busyTimeoutMs);
  db.exec(`PRAGMA synchronous = ${options.durability === 'power' ? 'FULL' : 'NORMAL'}`);
  if (mode === 'memory') return;
  if (mode !== 'wal') options.onWarning(`${location} is not in WAL mode: appending is slow, and readers make writers wait`);
  const version = String(value(db, 'SELECT sqlite_version() AS value'));
  // https://www.sqlite.org/wal.html#walresetbug
  if (isOlder(version, [3, 51, 3])) {
    options.onWarning(`SQLite ${version} can damage a log that several processes write (fixed in 3.51.3): let one process write, or use a newer one`);
  }
}
