import { TrailError } from '../errors.js';
import { fieldFault } from './check-fields.js';
import { completeFields, intentFields, type EntryDraft, type EntryFields, type Intent } from './entry.js';

/** What callers may write, and what can be erased; what a trail says of its own lines, only this package says, and it stays. */
export const CALLERS_KINDS: ReadonlySet<unknown> = new Set(['call', 'gap', 'policy', 'kill_switch']);

/** Reads a draft, each of its values once, and refuses with `TrailError` ENTRY_INVALID what is no entry of a caller. */
export function draftFields(location: string, draft: EntryDraft): EntryFields {
  const fields = read(location, () => completeFields(draft));
  if (!CALLERS_KINDS.has(fields.kind)) throw refusal(location, 'expected kind call, gap, policy or kill_switch: the trail writes the others itself');
  return fields;
}

/** The same for a call that is about to start. */
export function intentDraftFields(location: string, intent: Intent): EntryFields {
  return read(location, () => intentFields(intent));
}

/** Judges fields that this package made itself from what came from elsewhere. */
export function checkFields(location: string, fields: EntryFields): void {
  const fault = fieldFault(fields);
  if (fault !== null) throw refusal(location, `${fault} is not what schema version 1 says: see AuditEntry`);
}

function read(location: string, complete: () => EntryFields): EntryFields {
  let fields: EntryFields;
  try {
    fields = complete();
  } catch (error) {
    // A value that throws when it is read, or no object at all; its message may quote anything.
    throw refusal(location, 'it cannot be read: expected an object of plain values', error);
  }
  checkFields(location, fields);
  return fields;
}

function refusal(location: string, why: string, cause?: unknown): TrailError {
  return new TrailError('ENTRY_INVALID', location, `entry refused: ${why}`, { cause });
}
