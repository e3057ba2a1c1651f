import type { EntryDraft } from '@enforcecore/audit';
import { AsyncServiceError, AuditError, type EnforceCoreError } from '../errors.js';
import type { Webhooks } from '../hooks/webhooks.js';
import { digestOf, type DigestKey } from '../pipeline/digest-key.js';
import type { RoomBuilder, Services } from '../pipeline/room-builder.js';
import { isThenable } from '../pipeline/thenable.js';
import type { Stage } from '../pipeline/stage.js';
import type { Walk } from '../pipeline/walk.js';
import type { Clock } from '../time/clock.js';
import type { Auditor, AuditReceipt } from './auditor.js';
import { DigestKeys } from './digest-keys.js';
import { GapNotes } from './gap-notes.js';
import { NotTakenError } from './not-taken.js';
import { notWritten } from './not-written.js';

/** Composed unless auditing is off. */
export const recordRoom: RoomBuilder = (_policy, services) => (services.settings.auditEnabled ? new RecordStage(services) : undefined);

/** L3: one entry for every call, written before its result is released. */
class RecordStage implements Stage {
  readonly room = 'record';
  readonly name: string;
  readonly #auditor: Auditor;
  readonly #clock: Clock;
  readonly #keys: DigestKeys;
  readonly #gaps: GapNotes | undefined;
  readonly #webhooks: Webhooks;

  constructor({ auditor, clock, settings, logger, webhooks }: Services) {
    this.name = auditor.name ?? 'Auditor';
    this.#auditor = auditor;
    this.#clock = clock;
    this.#webhooks = webhooks;
    this.#keys = DigestKeys.of(settings);
    this.#gaps = settings.failOpen ? GapNotes.of(auditor, logger) : undefined;
  }

  leave(walk: Walk, canWait: boolean): void | Promise<void> {
    if (walk.recorded) return undefined;
    walk.recorded = true;
    let told: Promise<void> | undefined;
    try {
      told = this.#gaps?.write(canWait);
    } catch (error) {
      this.#failed(walk, error);
      return undefined;
    }
    if (told === undefined) return this.#record(walk, canWait);
    return told.then(
      () => this.#record(walk, canWait),
      (error: unknown) => {
        this.#failed(walk, error);
      },
    );
  }

  #record(walk: Walk, canWait: boolean): void | Promise<void> {
    try {
      const receipt = this.#auditor.record(entryOf(walk, this.#clock, this.#keys.keyFor(this.#auditor)), canWait);
      if (!isThenable(receipt)) return this.#written(walk, receipt);
      return Promise.resolve(receipt)
        .then((written) => {
          this.#written(walk, written);
        })
        .catch((error: unknown) => {
          this.#failed(walk, error);
        });
    } catch (error) {
      this.#failed(walk, error);
      return undefined;
    }
  }

  /** A replaced auditor that answers nothing has recorded nothing that anyone could find. */
  #written(walk: Walk, receipt: Partial<AuditReceipt> | undefined): void {
    if (typeof receipt?.entryId !== 'string') throw new TypeError('an auditor must return { entryId }');
    walk.entryId = receipt.entryId;
  }

  #failed(walk: Walk, cause: unknown): void {
    const wentOn = walk.executed && this.#gaps !== undefined && !(cause instanceof AsyncServiceError || cause instanceof NotTakenError);
    this.#webhooks.tellAuditError({ tool: walk.tool, policy: walk.policy.name, callId: walk.id, what: 'entry', error: cause, wentOn });
    if (cause instanceof NotTakenError) {
      walk.entryId = cause.entryId;
      const withheld = notTaken(walk, cause);
      if (withheld !== undefined) throw withheld;
      return;
    }
    if (this.#gaps === undefined || cause instanceof AsyncServiceError) {
      const what = walk.executed ? 'its result is withheld, though the tool has run' : 'it was blocked';
      throw notWritten(walk, cause, `the call to "${walk.tool}" could not be recorded, so ${what}`);
    }
    this.#gaps.missed(walk);
  }
}

/** Of a call that was refused before, the refusal stands: its entry is in the trail, and nothing has to be withheld. */
function notTaken(walk: Walk, { reason }: NotTakenError): EnforceCoreError | undefined {
  const { outcome } = walk;
  if (outcome?.kind !== 'ok' && outcome?.kind !== 'tool_error') return undefined;
  if (reason instanceof AsyncServiceError) return reason;
  return new AuditError(`${reason.message}, so the result of "${walk.tool}" is withheld, though the tool has run; the entry is in the trail`, { toolName: walk.tool, policyName: walk.policy.name, cause: reason });
}

function entryOf(walk: Walk, clock: Clock, key: DigestKey): EntryDraft {
  const { policy, parent, violation, who } = walk;
  const outcome = walk.outcome ?? { kind: 'enforcement_error' as const, error: undefined };
  const total = clock.monotonic() - walk.startedAt;
  return {
    call_id: walk.id,
    tool_name: walk.tool,
    policy_name: policy.name,
    policy_version: policy.version,
    policy_digest: policy.digest,
    tenant_id: who.tenant ?? null,
    agent: who.agent ?? null,
    session: who.session ?? null,
    tool_call_id: walk.toolCallId ?? null,
    parent_call_id: parent?.id ?? null,
    depth: walk.depth,
    decision: walk.decision,
    outcome: outcome.kind,
    violation_type: violation?.type ?? null,
    violation_reason: violation?.reason ?? null,
    violations: walk.violations.map(({ rule, type, reason, path, action }) => ({ action: action ?? 'block', rule, type, reason, path: path ?? null })),
    error_class: 'error' in outcome ? classOf(outcome.error) : null,
    overhead_ms: round(total - walk.toolMs),
    call_duration_ms: round(walk.toolMs),
    input_redactions: walk.redactionsIn,
    output_redactions: walk.redactionsOut,
    redactions: walk.redactions,
    args_digest: walk.argsDigest ?? null,
    result_digest: outcome.kind === 'ok' ? (digestOf(outcome.value, key) ?? null) : null,
    sandbox: walk.executed ? walk.sandbox : null,
    cost_micro_usd: walk.executed ? walk.costMicros : 0,
  };
}

/** A class name says what failed; a message could say with what. */
function classOf(error: unknown): string {
  try {
    const name: unknown = typeof error === 'object' && error !== null ? error.constructor.name : typeof error;
    return typeof name === 'string' && /^[\w$]{1,64}$/.test(name) ? name : 'Error';
  } catch {
    // Tools throw what they like; the entry is written all the same.
    return 'Error';
  }
}

/** Microseconds are as far as the clock can be trusted. */
function round(ms: number): number {
  // A clock that goes back or says nothing must not cost the entry.
  return ms > 0 && Number.isFinite(ms) ? Math.round(ms * 1_000) / 1_000 : 0;
}
