import type { EntryFields } from '../entry/entry.js';
import { TrailError, type TrailErrorCode } from '../errors.js';
import type { AuditStore } from './audit-store.js';

export type Intents = readonly { readonly callId: string; readonly fields: EntryFields }[];

/** One log, empty at first, that a store's laws are tried on. */
export interface StoreSite {
  /** A further handle on it. */
  open(): AuditStore | Promise<AuditStore>;
  /** Begins calls of a writer that is dead when this resolves. */
  beginAndDie(writerId: string, intents: Intents): Promise<void>;
  /** Takes everything away; handles are closed before. */
  clear(): void | Promise<void>;
}

/** The code of the `TrailError` an action ends in; '' if it does not. */
export async function codeOf(action: () => unknown): Promise<TrailErrorCode | ''> {
  try {
    await action();
    return '';
  } catch (error) {
    if (error instanceof TrailError) return error.code;
    throw error;
  }
}
