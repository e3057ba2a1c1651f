export type {
  AuditEntry,
  CallDraft,
  Decision,
  EntryDraft,
  EntryKind,
  GapDraft,
  Intent,
  KillSwitchDraft,
  Outcome,
  PolicyDraft,
  Violation,
} from './entry/entry.js';
export type { TreeHead } from './tree/tree-state.js';
export { loadTrail, readTrail, type LoadOptions } from './trail/load-trail.js';
export { eraseFromStore } from './erase/erase-from-store.js';
export { pruneStore } from './erase/prune-store.js';
export { eraseFromTrail } from './erase/erase-from-trail.js';
export type { ErasureResult, ErasureSubject } from './erase/subject.js';
export { TrailError, type TrailErrorCode } from './errors.js';
export type { TrailOptions } from './trail/options.js';
export { openTrail, Trail } from './trail/trail.js';
export type { AppendReceipt, AuditBackend } from './backend/audit-backend.js';
export type { CheckpointRecord } from './checkpoint/checkpoint-record.js';
export type { Signer } from './checkpoint/signer.js';
export type { AuditPage, AuditQuery, AuditStore, ChainHead, LogRecord, StoredRecord, SyncAuditStore } from './store/audit-store.js';
export { CallbackBackend, type CallbackBackendOptions, type EntryCallback } from './backend/callback-backend.js';
export { MultiBackend, type MultiBackendOptions } from './backend/multi-backend.js';
export { NullBackend } from './backend/null-backend.js';
export { exportEntries, type ExportFormat } from './store/export.js';
export { JsonlSource, openJsonlSource } from './store/jsonl-source.js';
export { JsonlTarget, jsonlTarget } from './store/jsonl-target.js';
export { MemoryStore } from './store/memory-store.js';
export { migrate, type MigrateOptions, type Migration } from './store/migrate.js';
export type { ReadableLog } from './store/readable-log.js';
export { tailEntries, type TailOptions } from './store/tail.js';
export type { StoreTrailOptions } from './store/store-trail-options.js';
export { openStoreTrail, StoreTrail } from './store/store-trail.js';
export { EMPTY_ROOT, type TreeState } from './tree/tree-state.js';
export type { CheckpointSummary } from './verify/checks/checkpoint-check.js';
export type { CheckName, Place, VerificationCheck, VerificationError } from './verify/verdict.js';
export { verifyStore, type LogSource } from './verify/verify-store.js';
export { verifyTrail, type VerificationResult, type VerifyOptions } from './verify/verify-trail.js';
export { CallbackWitness, FileWitness, type Witness, type WitnessRecord } from './witness/witness.js';
export { checkpointText, parseCheckpoint, type Checkpoint } from './checkpoint/checkpoint.js';
export { generateKeyPair, KeyPair, KeySigner, signerFrom, type KeySource } from './checkpoint/key-signer.js';
export { addSignature, signCheckpoint } from './checkpoint/sign-checkpoint.js';
export { formatSignedNote, parseSignedNote, type NoteOptions, type NoteSignature, type SignedNote } from './checkpoint/signed-note.js';
export { formatVerifierKey, parseVerifierKey, type KeyAlgorithm, type VerifierKey } from './checkpoint/verifier-key.js';
export { verifyNote, type NoteVerdict, type VerifiedSignature } from './checkpoint/verify-note.js';
export { verifyConsistency, type ConsistencyClaim } from './proof/verify-consistency.js';
export { verifyInclusion, type InclusionClaim } from './proof/verify-inclusion.js';
export { consistencyProof, consistencyProofAsync, ConsistencyProver, InclusionProver } from './tree/proofs.js';
export { verifyPythonTrail, type VerifyPythonOptions } from './python/verify-python-trail.js';
export { verifyPagePath } from './page/verify-page-path.js';
export type { Cosigner, CosignRequest } from './witness/cosigner.js';
export { LogWitness, WITNESS_CHANNEL, type WitnessLogger } from './witness/log-witness.js';
export { isSatisfied, parseWitnessPolicy, type PolicyGroup, type PolicyMember, type PolicyWitness, type WitnessPolicy } from './witness/witness-policy.js';
