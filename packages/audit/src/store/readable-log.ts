import type { AuditStore } from './audit-store.js';

/** A log that can be read, in a database or in files: what queries, export, `tailEntries` and migration take. */
export type ReadableLog = Pick<AuditStore, 'location' | 'start' | 'records' | 'query' | 'checkpoints'>;
