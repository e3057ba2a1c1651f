import type { EntryDraft, Intent } from '@enforcecore/audit';
import { AsyncServiceError, AuditError } from '../errors.js';
import type { Webhooks } from '../hooks/webhooks.js';
import { logQuietly } from '../logging/log-quietly.js';
import type { Logger } from '../logging/logger.js';
import { isThenable } from '../pipeline/thenable.js';
import type { AuditBackendPlugin } from '../plugins/plugin.js';
import { Backend, type BackendTerms } from './audit-backend.js';
import type { Auditor, AuditReceipt } from './auditor.js';
import { NotTakenError } from './not-taken.js';

export interface BackedAuditorParts extends BackendTerms {
  readonly logger: Logger;
  readonly webhooks: Webhooks;
}

/**
 * The trail first, then every audit backend that is bound, in their order. One that does not take an entry withholds the
 * result; with `failOpen` it is logged, counted and told by webhook instead. The entry itself stands in the trail either
 * way, and so does, once the backend takes entries again or at the end, how many it lacks.
 */
export class BackedAuditor implements Auditor {
  readonly name: string;
  readonly isLasting: boolean | undefined;
  readonly #auditor: Auditor;
  readonly #backends: readonly Backend[];
  #parts: BackedAuditorParts;
  #lost = 0;
  #isClosed = false;

  constructor(auditor: Auditor, backends: readonly AuditBackendPlugin[], parts: BackedAuditorParts) {
    this.name = auditor.name ?? 'Auditor';
    this.isLasting = auditor.isLasting;
    this.#auditor = auditor;
    this.#parts = parts;
    this.#backends = backends.map((plugin) => new Backend(plugin, () => this.#parts));
  }

  /** Goes by these parts from here on; what is known of the backends stays. */
  use(parts: BackedAuditorParts): void {
    this.#parts = parts;
  }

  /** Entries that a backend did not take, for each backend. */
  get lost(): number {
    return this.#lost;
  }

  begin(intent: Intent, canWait = false): void | Promise<void> {
    const waiting = canWait ? undefined : this.#backends.find(({ isAsync }) => isAsync);
    // Refused before the tool: later there would be nothing left but to withhold what it gave.
    if (waiting !== undefined) throw waiting.mustWait(intent.tool_name);
    return this.#auditor.begin(intent, canWait);
  }

  record(entry: EntryDraft, canWait = false): AuditReceipt | Promise<AuditReceipt> {
    const receipt = this.#auditor.record(entry, canWait);
    const handed = isThenable(receipt) ? Promise.resolve(receipt).then((written) => this.#handOver(entry, written, canWait)) : this.#handOver(entry, receipt, canWait);
    if (!this.#isClosed) return handed;
    // A call that was running when its container ended: nobody else has this written out.
    const flushed = Promise.resolve(handed).finally(() => this.#flushLate());
    if (isThenable(handed)) return flushed;
    flushed.catch(() => undefined);
    return handed;
  }

  /** Writes into the trail how many entries backends lack. Never throws; what cannot be written now is told of later. */
  noteLosses(canWait: boolean): void | Promise<void> {
    const behind = this.#backends.filter(({ missed }) => missed > 0).map((backend) => ({ backend, missed: backend.missed }));
    if (behind.length === 0) return undefined;
    for (const { backend } of behind) backend.missed = 0;
    const detail = behind.map(({ backend, missed }) => `${backend.name} did not take ${String(missed)} entries that are in this trail`).join('; ');
    const failed = (error: unknown): void => {
      // That this one was not taken either is counted where it happened.
      if (error instanceof NotTakenError) return;
      for (const { backend, missed } of behind) backend.missed += missed;
      logQuietly(this.#parts.logger, 'error', 'what audit backends lack could not be recorded', { lost: this.#lost });
    };
    try {
      const receipt = this.record({ kind: 'gap', detail }, canWait);
      return isThenable(receipt) ? Promise.resolve(receipt).then(() => undefined, failed) : undefined;
    } catch (error) {
      return failed(error);
    }
  }

  /** Waits for the trail, then has every backend write out what it holds, whatever became of the others. */
  async whenClosed(): Promise<void> {
    this.#isClosed = true;
    const failures: unknown[] = [];
    const told = (error: unknown): void => void failures.push(error);
    await this.#auditor.whenClosed?.().catch(told);
    for (const backend of this.#backends) await backend.flush().catch(told);
    if (failures.length > 1) throw new AuditError(failures.map((one) => (one instanceof AuditError ? one.message : 'the trail could not be closed')).join('; '), { cause: new AggregateError(failures) });
    if (failures.length === 1) throw failures[0];
  }

  async #flushLate(): Promise<void> {
    for (const backend of this.#backends) {
      await backend.flush().catch((error: unknown) => {
        logQuietly(this.#parts.logger, 'error', 'an entry of a call that outlived its container may not be with an audit backend', { backend: wordsOf(error) });
      });
    }
  }

  #handOver(entry: EntryDraft, receipt: AuditReceipt, canWait: boolean): AuditReceipt | Promise<AuditReceipt> {
    // What is no receipt is refused by whoever asked for it.
    if (typeof (receipt as Partial<AuditReceipt> | undefined)?.entryId !== 'string') return receipt;
    return this.#next({ entry, receipt, canWait, failures: [], isBack: false }, 0);
  }

  #next(hand: Hand, from: number): AuditReceipt | Promise<AuditReceipt> {
    for (let i = from; i < this.#backends.length; i += 1) {
      const pending = this.#give(hand, this.#backends[i] as Backend); // i < length
      if (pending !== undefined) return pending.then(() => this.#next(hand, i + 1));
    }
    const noted = hand.isBack ? this.noteLosses(hand.canWait) : undefined;
    if (noted !== undefined && hand.canWait) return noted.then(() => done(hand));
    return done(hand);
  }

  /** Never throws: the others get the entry all the same. */
  #give(hand: Hand, backend: Backend): Promise<void> | undefined {
    const { entry, receipt, canWait } = hand;
    const taken = (): void => {
      if (backend.missed > 0) hand.isBack = true;
    };
    const failed = (error: unknown): void => this.#failed(hand, backend, error);
    try {
      const pending = backend.take({ ...entry, entry_id: receipt.entryId });
      if (pending === undefined) taken();
      else if (canWait) return pending.then(taken, failed);
      // Nobody gets a result that would have to be withheld.
      else if (!hasResult(entry)) pending.then(taken, (error: unknown) => this.#failed(hand, backend, error, true));
      else {
        pending.catch(() => undefined);
        failed(backend.mustWait(entry.tool_name));
      }
    } catch (error) {
      failed(error);
    }
    return undefined;
  }

  /** @param isLate when nobody waits for it any more */
  #failed({ entry, receipt, failures }: Hand, backend: Backend, error: unknown, isLate = false): void {
    this.#lost += 1;
    backend.missed += 1;
    const { logger, settings } = this.#parts;
    logQuietly(logger, 'error', 'audit entry not taken by a backend', { backend: wordsOf(error), lost: this.#lost });
    const reason = error instanceof AuditError || error instanceof AsyncServiceError ? error : new AuditError(`${backend.name} did not take the entry`, { cause: error });
    const failure = new NotTakenError(receipt.entryId, reason);
    if (!isLate && (!settings.failOpen || reason instanceof AsyncServiceError)) failures.push(failure);
    else this.#tell(entry, failure);
  }

  #tell(entry: EntryDraft, error: NotTakenError): void {
    const { tool_name: tool, policy_name: policy, call_id: callId } = entry;
    const call = { tool: tool ?? undefined, policy: policy ?? undefined, callId: callId ?? undefined };
    this.#parts.webhooks.tellAuditError({ ...call, what: 'backend', error, wentOn: call.callId === undefined ? undefined : hasResult(entry) });
  }
}

interface Hand {
  readonly entry: EntryDraft;
  readonly receipt: AuditReceipt;
  readonly canWait: boolean;
  readonly failures: NotTakenError[];
  /** Whether a backend took this entry that had missed others. */
  isBack: boolean;
}

function done({ receipt, failures }: Hand): AuditReceipt {
  if (failures[0] !== undefined) throw failures[0];
  return receipt;
}

type CallEntry = Extract<EntryDraft, { readonly outcome: unknown }>;

/** Whether the tool ran to an end that its caller is told of. */
function hasResult(entry: EntryDraft): entry is CallEntry {
  return 'outcome' in entry && (entry.outcome === 'ok' || entry.outcome === 'tool_error');
}

function wordsOf(error: unknown): string {
  return error instanceof AuditError || error instanceof AsyncServiceError ? error.message : 'unknown';
}
