import type { EntryDraft, Intent } from '@enforcecore/audit';
import { types } from 'node:util';
import { AsyncServiceError, AuditError } from '../errors.js';
import type { Webhooks } from '../hooks/webhooks.js';
import { logQuietly } from '../logging/log-quietly.js';
import type { Logger } from '../logging/logger.js';
import { isThenable } from '../pipeline/thenable.js';
import type { AuditBackendPlugin, BackedEntry } from '../plugins/plugin.js';
import type { Settings } from '../settings/settings.js';
import type { Clock } from '../time/clock.js';
import type { Auditor, AuditReceipt } from './auditor.js';

export interface BackedAuditorParts {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly webhooks: Webhooks;
}

/**
 * The trail first, then every audit backend that is bound, in their order. One that does not take an entry withholds the
 * result; with `failOpen` it is logged, counted and told by webhook instead. The entry itself stands in the trail either way.
 */
export class BackedAuditor implements Auditor {
  readonly name: string;
  readonly isLasting: boolean | undefined;
  readonly #auditor: Auditor;
  readonly #backends: readonly Backend[];
  readonly #parts: BackedAuditorParts;
  #lost = 0;

  constructor(auditor: Auditor, backends: readonly AuditBackendPlugin[], parts: BackedAuditorParts) {
    this.name = auditor.name ?? 'Auditor';
    this.isLasting = auditor.isLasting;
    this.#auditor = auditor;
    this.#parts = parts;
    this.#backends = backends.map((plugin) => new Backend(plugin, parts));
  }

  begin(intent: Intent, canWait = false): void | Promise<void> {
    const waiting = canWait ? undefined : this.#backends.find(({ isAsync }) => isAsync);
    // Refused before the tool: later there would be nothing left but to withhold what it gave.
    if (waiting !== undefined) throw waiting.mustWait(intent.tool_name);
    return this.#auditor.begin(intent, canWait);
  }

  record(entry: EntryDraft, canWait = false): AuditReceipt | Promise<AuditReceipt> {
    const receipt = this.#auditor.record(entry, canWait);
    return isThenable(receipt) ? Promise.resolve(receipt).then((written) => this.#handOver(entry, written, canWait)) : this.#handOver(entry, receipt, canWait);
  }

  /** Waits for the trail, then has every backend write out what it holds. */
  async whenClosed(): Promise<void> {
    await this.#auditor.whenClosed?.();
    const failures: unknown[] = [];
    for (const backend of this.#backends) await backend.flush().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  #handOver(entry: EntryDraft, receipt: AuditReceipt, canWait: boolean): AuditReceipt | Promise<AuditReceipt> {
    // What is no receipt is refused by whoever asked for it.
    if (typeof (receipt as Partial<AuditReceipt> | undefined)?.entryId !== 'string') return receipt;
    return this.#next({ entry, receipt, canWait, failures: [] }, 0);
  }

  #next(hand: Hand, from: number): AuditReceipt | Promise<AuditReceipt> {
    for (let i = from; i < this.#backends.length; i += 1) {
      const backend = this.#backends[i] as Backend; // i < length
      try {
        const pending = backend.take({ ...hand.entry, entry_id: hand.receipt.entryId }, hand.canWait);
        if (pending === undefined) continue;
        return pending.catch((error: unknown) => this.#failed(hand, error)).then(() => this.#next(hand, i + 1));
      } catch (error) {
        // The others get it all the same.
        this.#failed(hand, error);
      }
    }
    if (hand.failures.length > 0) throw hand.failures[0];
    return hand.receipt;
  }

  #failed({ entry, failures }: Hand, error: unknown): void {
    this.#lost += 1;
    const call = 'call_id' in entry ? entry : undefined;
    const { logger, settings, webhooks } = this.#parts;
    logQuietly(logger, 'error', 'audit entry not taken by a backend', { backend: error instanceof AuditError || error instanceof AsyncServiceError ? error.message : 'unknown', lost: this.#lost });
    if (!settings.failOpen || error instanceof AsyncServiceError) failures.push(error);
    else webhooks.tellAuditError({ tool: call?.tool_name ?? undefined, policy: call?.policy_name ?? undefined, callId: call?.call_id ?? undefined, what: 'backend', error });
  }
}

interface Hand {
  readonly entry: EntryDraft;
  readonly receipt: AuditReceipt;
  readonly canWait: boolean;
  readonly failures: unknown[];
}

/** One backend, and what is known of how it answers. */
class Backend {
  readonly #name: string;
  readonly #plugin: AuditBackendPlugin;
  readonly #parts: BackedAuditorParts;
  isAsync: boolean;

  constructor(plugin: AuditBackendPlugin, parts: BackedAuditorParts) {
    this.#name = typeof plugin.name === 'string' && plugin.name !== '' ? `the audit backend "${plugin.name}"` : 'an audit backend';
    this.#plugin = plugin;
    this.#parts = parts;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- looked at, not called
    this.isAsync = types.isAsyncFunction(plugin.record);
  }

  /** A copy of its own, so that no backend can change what another one gets. Entries are JSON. */
  take(entry: BackedEntry, canWait: boolean): Promise<void> | undefined {
    let pending: unknown;
    try {
      pending = this.#plugin.record(JSON.parse(JSON.stringify(entry)) as BackedEntry);
    } catch (error) {
      throw this.#error('did not take the entry', error);
    }
    if (!isThenable(pending)) return undefined;
    this.isAsync = true;
    const taken = this.#within(pending, 'did not take the entry');
    if (canWait) return taken;
    taken.catch(() => undefined);
    throw this.mustWait('tool_name' in entry ? (entry.tool_name ?? 'unknown') : 'unknown');
  }

  async flush(): Promise<void> {
    let pending: unknown;
    try {
      pending = this.#plugin.flush();
    } catch (error) {
      throw this.#error('did not write out its entries', error);
    }
    if (isThenable(pending)) await this.#within(pending, 'did not write out its entries');
  }

  mustWait(tool: string): AsyncServiceError {
    return new AsyncServiceError(
      `${this.#name} answers with a promise, and "${tool}" is a synchronous tool that cannot wait for it; make the tool async, or have the backend take entries at once and write them in flush()`,
      { toolName: tool },
    );
  }

  #within(pending: PromiseLike<unknown>, what: string): Promise<void> {
    const { clock, settings } = this.#parts;
    return new Promise((resolve, reject) => {
      const stop = clock.schedule(settings.hookTimeoutMs, () => reject(this.#error(`${what} within ${String(settings.hookTimeoutMs)} ms`)));
      pending.then(
        () => {
          stop();
          resolve();
        },
        (error: unknown) => {
          stop();
          reject(this.#error(what, error));
        },
      );
    });
  }

  #error(what: string, cause?: unknown): AuditError {
    return new AuditError(`${this.#name} ${what}`, { cause });
  }
}
