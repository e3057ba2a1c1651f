export type { AuditStore } from '../audit-store.js';
