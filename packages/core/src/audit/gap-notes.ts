import type { Logger } from '../logging/logger.js';
import { logQuietly } from '../logging/log-quietly.js';
import { isThenable } from '../pipeline/thenable.js';
import type { Walk } from '../pipeline/walk.js';
import type { Auditor } from './auditor.js';

const namedTools = 20;

/**
 * What `failOpen` passed over. Missed entries are counted, and one `gap` entry tells of them as soon as the trail can be
 * written again. Kept for each auditor, since several policies write to the same one.
 */
export class GapNotes {
  static readonly #byAuditor = new WeakMap<Auditor, GapNotes>();

  readonly #auditor: Auditor;
  readonly #logger: Logger;
  /** The first few tools that went unrecorded: an example, not a list. */
  readonly #tools = new Set<string>();
  #missed = 0;
  #writing: Promise<void> | undefined;

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
    if (this.#tools.size < namedTools) this.#tools.add(walk.tool);
    logQuietly(this.#logger, 'error', 'audit entry not written; the call goes on because failOpen is set', {
      tool: walk.tool,
      callId: walk.id,
      missed: this.#missed,
    });
  }

  /** @throws what the auditor throws while the trail still cannot be written; then nothing is forgotten. */
  write(canWait: boolean): Promise<void> | undefined {
    // One note at a time: two calls that end together must not both tell of the same missed ones.
    if (this.#writing !== undefined) return canWait ? this.#writing : undefined;
    const missed = this.#missed;
    if (missed === 0) return undefined;
    const detail = `${String(missed)} calls went unrecorded while the trail could not be written (failOpen), among them of: ${[...this.#tools].join(', ')}`;
    const receipt: unknown = this.#auditor.record({ kind: 'gap', detail }, canWait);
    if (!isThenable(receipt)) {
      this.#told(missed);
      return undefined;
    }
    const writing = this.#written(receipt, missed);
    this.#writing = writing;
    return writing;
  }

  async #written(receipt: PromiseLike<unknown>, missed: number): Promise<void> {
    try {
      await receipt;
      this.#told(missed);
    } finally {
      this.#writing = undefined;
    }
  }

  /** Others may have gone missing while this was being written. */
  #told(missed: number): void {
    this.#missed -= missed;
    if (this.#missed === 0) this.#tools.clear();
  }
}
