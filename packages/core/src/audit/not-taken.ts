import { AuditError, type AsyncServiceError } from '../errors.js';

/** An entry that stands in the trail, and that an audit backend did not take. */
export class NotTakenError extends AuditError {
  readonly entryId: string;
  /** What the backend did, in our words. */
  readonly reason: AuditError | AsyncServiceError;

  constructor(entryId: string, reason: AuditError | AsyncServiceError) {
    super(reason.message, { cause: reason.cause });
    this.entryId = entryId;
    this.reason = reason;
  }
}
