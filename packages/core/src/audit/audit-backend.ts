import { types } from 'node:util';
import { AsyncServiceError, AuditError } from '../errors.js';
import { isThenable } from '../pipeline/thenable.js';
import type { AuditBackendPlugin, BackedEntry } from '../plugins/plugin.js';
import type { Settings } from '../settings/settings.js';
import type { Clock } from '../time/clock.js';

/** What waiting for a backend goes by, as bound now. */
export interface BackendTerms {
  readonly settings: Settings;
  readonly clock: Clock;
}

const longestName = 200;

/** One audit backend, and what is known of how it answers. HOSTILE INPUT: whatever it does is an error of ours. */
export class Backend {
  readonly name: string;
  /** Entries that it did not take and that the trail does not tell of yet. */
  missed = 0;
  isAsync: boolean;
  readonly #plugin: AuditBackendPlugin;
  readonly #terms: () => BackendTerms;

  constructor(plugin: AuditBackendPlugin, terms: () => BackendTerms) {
    this.name = typeof plugin.name === 'string' && plugin.name !== '' ? `the audit backend "${plugin.name.slice(0, longestName).toWellFormed()}"` : 'an audit backend';
    this.#plugin = plugin;
    this.#terms = terms;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- looked at, not called
    this.isAsync = types.isAsyncFunction(plugin.record);
  }

  /**
   * Hands over a copy, so that no backend can change what another one gets; entries are JSON.
   *
   * @returns what has to be waited for; `undefined` when it is taken
   */
  take(entry: BackedEntry): Promise<void> | undefined {
    const taken = this.#asked('did not take the entry', () => this.#plugin.record(JSON.parse(JSON.stringify(entry)) as BackedEntry));
    if (taken !== undefined) this.isAsync = true;
    return taken;
  }

  async flush(): Promise<void> {
    await this.#asked('did not write out its entries', () => this.#plugin.flush());
  }

  mustWait(tool: string): AsyncServiceError {
    return new AsyncServiceError(
      `${this.name} answers with a promise, and "${tool}" is a synchronous tool that cannot wait for it; make the tool async, or have the backend take entries at once and write them in flush()`,
      { toolName: tool },
    );
  }

  #asked(what: string, ask: () => unknown): Promise<void> | undefined {
    try {
      const answer = ask();
      // Into a promise of its own: `then` may throw, too.
      return isThenable(answer) ? this.#within(Promise.resolve(answer), what) : undefined;
    } catch (error) {
      throw this.#error(what, error);
    }
  }

  #within(pending: Promise<unknown>, what: string): Promise<void> {
    const { clock, settings } = this.#terms();
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
    return new AuditError(`${this.name} ${what}`, { cause });
  }
}
