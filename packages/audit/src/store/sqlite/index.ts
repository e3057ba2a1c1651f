export type { SqliteDatabase, SqliteStatement, SqliteValue } from './sqlite-database.js';
export type { SqliteStoreOptions } from './sqlite-options.js';
export { openSqliteStore, SqliteStore } from './sqlite-store.js';
