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
export type { TrailHead } from './entry/detail.js';
export { loadTrail, readTrail, type LoadOptions } from './trail/load-trail.js';
export { TrailError, type TrailErrorCode } from './errors.js';
export type { TrailOptions } from './trail/options.js';
export { openTrail, Trail, type AppendReceipt } from './trail/trail.js';
export type { CheckName, VerificationCheck, VerificationError } from './verify/verdict.js';
export { verifyTrail, type VerificationResult, type VerifyOptions } from './verify/verify-trail.js';
export { CallbackWitness, FileWitness, type Witness, type WitnessRecord } from './witness/witness.js';
