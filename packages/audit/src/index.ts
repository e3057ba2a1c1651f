export type {
  AuditEntry,
  CallDraft,
  Decision,
  EntryDraft,
  EntryKind,
  GapDraft,
  Intent,
  Outcome,
  Violation,
} from './entry/entry.js';
export type { TreeHead } from './tree/tree-state.js';
export { loadTrail, readTrail, type LoadOptions } from './trail/load-trail.js';
export { TrailError, type TrailErrorCode } from './errors.js';
export type { TrailOptions } from './trail/options.js';
export { openTrail, Trail } from './trail/trail.js';
export type { AppendReceipt, AuditBackend } from './backend/audit-backend.js';
export type { CheckpointRecord } from './checkpoint/checkpoint-record.js';
export type { Signer } from './checkpoint/signer.js';
export type { AuditPage, AuditQuery, AuditStore, ChainHead, LogRecord, StoredRecord } from './store/audit-store.js';
export { EMPTY_ROOT, type TreeState } from './tree/tree-state.js';
export type { CheckName, VerificationCheck, VerificationError } from './verify/verdict.js';
export { verifyTrail, type VerificationResult, type VerifyOptions } from './verify/verify-trail.js';
export { CallbackWitness, FileWitness, type Witness, type WitnessRecord } from './witness/witness.js';
