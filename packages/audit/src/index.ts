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
} from './entry.js';
export type { TrailHead } from './detail.js';
export { loadTrail, readTrail, type LoadOptions } from './load-trail.js';
export { TrailError, type TrailErrorCode } from './errors.js';
export type { TrailOptions } from './options.js';
export { openTrail, Trail, type AppendReceipt } from './trail.js';
export type { CheckName, VerificationCheck, VerificationError } from './verdict.js';
export { verifyTrail, type VerificationResult, type VerifyOptions } from './verify-trail.js';
export { CallbackWitness, FileWitness, type Witness, type WitnessRecord } from './witness.js';
