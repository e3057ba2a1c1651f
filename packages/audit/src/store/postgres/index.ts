export type { AuditStore } from '../audit-store.js';
export type { PgAnswer, PgClient, PgPool, PgStatement } from './client.js';
export { openPostgresStore, type PostgresStoreOptions } from './open-postgres-store.js';
export type { PostgresStore } from './postgres-store.js';
export { postgresGrants } from './schema.js';
