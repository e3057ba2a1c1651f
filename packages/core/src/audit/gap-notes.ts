import type { Logger } from '../logging/logger.js';
import type { Walk } from '../pipeline/walk.js';
import type { Auditor } from './auditor.js';

/**
 * What `failOpen` passed over. Missed entries are counted, and one `gap` entry tells of them as soon as the trail can be
 * written again. Kept for each auditor, since several policies write to the same one.
 */
export class GapNotes {
  static readonly #byAuditor = new WeakMap<Auditor, GapNotes>();

  readonly #auditor: Auditor;
  readonly #logger: Logger;
  readonly #tools = new Map<string, number>();
  #missed = 0;

  static of(auditor: Auditor, logger: Logger): GapNotes {
    const known = GapNotes.#byAuditor.get(auditor) ?? new GapNotes(auditor, logger);
    GapNotes.#byAuditor.set(auditor, known);
    return known;
  }

  private constructor(auditor: Auditor, logger: Logger) {
    this.#auditor = auditor;
    this.#logger = logger;
  }

  missed(walk: Walk): void {
    this.#missed += 1;
    this.#tools.set(walk.tool, (this.#tools.get(walk.tool) ?? 0) + 1);
    this.#logger.log('error', 'audit entry not written; the call goes on because failOpen is set', {
      tool: walk.tool,
      callId: walk.id,
      missed: this.#missed,
    });
  }

  /** @throws what the auditor throws while the trail still cannot be written. */
  write(): void {
    if (this.#missed === 0) return;
    const tools = [...this.#tools].map(([tool, n]) => `${tool} ×${String(n)}`).join(', ');
    const pending = this.#auditor.record({
      kind: 'gap',
      detail: `${String(this.#missed)} calls went unrecorded while the trail could not be written (failOpen): ${tools}`,
    });
    if (pending instanceof Promise) pending.catch(() => undefined);
    this.#missed = 0;
    this.#tools.clear();
  }
}
