import { createRequire } from 'node:module';
import { TrailError } from '../../errors.js';

/** What `node:sqlite` binds and gives back. */
export type SqliteValue = null | number | bigint | string | Uint8Array;

/** A prepared statement, as `node:sqlite` has it. */
export interface SqliteStatement {
  run(...values: SqliteValue[]): unknown;
  get(...values: SqliteValue[]): unknown;
  iterate(...values: SqliteValue[]): Iterable<unknown>;
}

/** An open database, as `node:sqlite`, `@photostructure/sqlite` and others of that shape have it. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  close(): unknown;
}

interface SqliteModule {
  readonly DatabaseSync: new (path: string, options: { readonly readOnly: boolean }) => SqliteDatabase;
}

const PEER = '@photostructure/sqlite';

function builtin(): SqliteModule | null {
  // Node before 22.13 has no such module, or hides it: then this is undefined.
  const found: unknown = process.getBuiltinModule('node:sqlite');
  // Its documented shape.
  return (found as SqliteModule | undefined) ?? null;
}

function peer(path: string): SqliteModule {
  try {
    // The package's documented shape, which is that of node:sqlite.
    return createRequire(import.meta.url)(PEER) as SqliteModule;
  } catch (error) {
    const text = `cannot open ${path}: this Node ${process.versions.node} has no SQLite: use Node 22.13 or later, or npm install ${PEER}`;
    throw new TrailError('STORE', path, text, { cause: error });
  }
}

/** Opens a file with Node's own SQLite, or with the package that takes its place on Node 20. */
export function openDatabase(path: string, readOnly: boolean): SqliteDatabase {
  const { DatabaseSync } = builtin() ?? peer(path);
  return new DatabaseSync(path, { readOnly });
}
