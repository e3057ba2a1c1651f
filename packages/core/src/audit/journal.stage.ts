import type { Intent } from '@enforcecore/audit';
import { AsyncServiceError } from '../errors.js';
import type { Webhooks } from '../hooks/webhooks.js';
import { digestOf } from '../pipeline/digest-key.js';
import type { RoomBuilder, Services } from '../pipeline/room-builder.js';
import type { Stage } from '../pipeline/stage.js';
import type { Walk } from '../pipeline/walk.js';
import { logQuietly } from '../logging/log-quietly.js';
import type { Logger } from '../logging/logger.js';
import { isThenable } from '../pipeline/thenable.js';
import type { Auditor } from './auditor.js';
import { DigestKeys } from './digest-keys.js';
import { notWritten } from './not-written.js';

/** The last room before the tool. Composed unless auditing is off. */
export const journalRoom: RoomBuilder = (_policy, services) => (services.settings.auditEnabled ? new JournalStage(services) : undefined);

/** Writes down what is about to happen, so that a call whose process dies is still known. */
class JournalStage implements Stage {
  readonly room = 'journal';
  readonly name: string;
  readonly #auditor: Auditor;
  readonly #keys: DigestKeys;
  /** Set when a failure to write may be passed over. */
  readonly #passOver: Logger | undefined;
  readonly #webhooks: Webhooks;

  constructor({ auditor, settings, logger, webhooks }: Services) {
    this.name = auditor.name ?? 'Auditor';
    this.#auditor = auditor;
    this.#keys = DigestKeys.of(settings);
    this.#passOver = settings.failOpen ? logger : undefined;
    this.#webhooks = webhooks;
  }

  enter(walk: Walk, canWait: boolean): void | Promise<void> {
    const { call, policy } = walk;
    try {
      walk.argsDigest = digestOf(walk.hiddenArgs ?? call.args, this.#keys.keyFor(this.#auditor));
      const intent: Intent = {
        call_id: call.id,
        tool_name: call.tool,
        policy_name: policy.name,
        policy_version: policy.version,
        policy_digest: policy.digest,
        tenant_id: call.tenant ?? null,
        agent: call.agent ?? null,
        session: call.session ?? null,
        tool_call_id: call.toolCallId ?? null,
        parent_call_id: call.parentId ?? null,
        depth: call.depth,
        args_digest: walk.argsDigest ?? null,
      };
      const pending = this.#auditor.begin(intent, canWait);
      if (!isThenable(pending)) return undefined;
      return Promise.resolve(pending).catch((error: unknown) => {
        this.#failed(walk, error);
      });
    } catch (error) {
      this.#failed(walk, error);
      return undefined;
    }
  }

  #failed(walk: Walk, cause: unknown): void {
    this.#webhooks.tellAuditError({ tool: walk.tool, policy: walk.policy.name, callId: walk.id, what: 'intent', error: cause, wentOn: this.#passOver !== undefined && !(cause instanceof AsyncServiceError) });
    if (this.#passOver === undefined || cause instanceof AsyncServiceError) {
      throw notWritten(walk, cause, `the intent to call "${walk.tool}" could not be written, so the call was blocked`);
    }
    logQuietly(this.#passOver, 'error', 'intent not written; the call goes on because failOpen is set', { tool: walk.tool });
  }
}
