import type { EntryDraft, Intent, TreeHead } from '@enforcecore/audit';
import { join } from 'node:path';
import { AsyncServiceError } from '../errors.js';
import { logQuietly } from '../logging/log-quietly.js';
import type { Logger } from '../logging/logger.js';
import { isThenable } from '../pipeline/thenable.js';
import { shownStore, storePlace, type StorePlace } from '../settings/audit-store.js';
import type { Settings } from '../settings/settings.js';
import type { Clock } from '../time/clock.js';
import type { Auditor, AuditReceipt } from './auditor.js';
import { openBackend, type OpenBackend } from './open-backend.js';

/**
 * The trail that the settings name: files, or a database. Opened by the first call, and again by the next one after a
 * failure to open. PostgreSQL has to be waited for, so in front of a synchronous tool it blocks the call.
 */
export class TrailAuditor implements Auditor {
  readonly isLasting = true;
  readonly name: string;
  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #place: StorePlace | undefined;
  #backend: OpenBackend | undefined;
  #opening: Promise<OpenBackend> | undefined;
  #closing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(settings: Settings, clock: Clock, logger: Logger) {
    this.#settings = settings;
    this.#clock = clock;
    this.#logger = logger;
    this.#place = settings.auditStore === undefined ? undefined : storePlace(settings.auditStore);
    this.name = this.#place?.kind === 'postgres' ? 'Auditor (PostgreSQL)' : 'Auditor';
  }

  /** Where the trail is, whether or not it exists yet: a file, or a database without its password. */
  get path(): string {
    return this.#settings.auditStore === undefined ? join(this.#settings.auditPath, 'trail.jsonl') : shownStore(this.#settings.auditStore);
  }

  begin(intent: Intent, canWait = false): void | Promise<void> {
    // Refused before anything is written: an intent whose tool never runs would be found as one that may have run.
    if (!canWait && this.#place?.kind === 'postgres') throw this.#mustWait(intent.tool_name);
    if (this.#backend !== undefined) return this.#backend.begin(intent, canWait);
    const opened = this.#open();
    return isThenable(opened) ? opened.then((backend) => backend.begin(intent, canWait)) : opened.begin(intent, canWait);
  }

  /** Of a synchronous call whose entry has to be waited for, the entry is written all the same; its result is withheld. */
  record(entry: EntryDraft, canWait = false): AuditReceipt | Promise<AuditReceipt> {
    const receipt = this.#append(entry, canWait || this.#place?.kind === 'postgres');
    if (!this.#isClosed) return receipt;
    // A call that was running when its container ended: nobody will close what it has opened anew.
    if (isThenable(receipt)) return receipt.finally(() => this.close());
    void this.close();
    return receipt;
  }

  #append(entry: EntryDraft, waits: boolean): AuditReceipt | Promise<AuditReceipt> {
    if (this.#backend !== undefined) return this.#backend.append(entry, waits);
    const opened = this.#open();
    return isThenable(opened) ? opened.then((backend) => backend.append(entry, waits)) : opened.append(entry, waits);
  }

  /** Number of entries and root of the tree over them, now: keep them elsewhere, and truncation cannot go unnoticed. */
  head(): TreeHead | Promise<TreeHead> {
    const opened = this.#backend ?? this.#open();
    return isThenable(opened) ? opened.then((backend) => backend.head()) : opened.head();
  }

  /** Writes out what is held back, and lets go of files and connections; what comes later opens the trail anew for as long as it takes. */
  close(): void | Promise<void> {
    const open = this.#backend ?? this.#opening;
    this.#isClosed = true;
    this.#backend = undefined;
    this.#opening = undefined;
    if (open === undefined) return undefined;
    const closed = isThenable(open) ? open.then((backend) => backend.close()) : open.close();
    if (!isThenable(closed)) return undefined;
    this.#closing = Promise.all([this.#closing, closed]).then(() => undefined);
    // Whoever waits for the end hears of it; without anyone waiting it must not end the process.
    this.#closing.catch(() => undefined);
    return this.#closing;
  }

  whenClosed(): Promise<void> {
    return this.#closing;
  }

  #open(): OpenBackend | Promise<OpenBackend> {
    if (this.#opening !== undefined) return this.#opening;
    const opened = openBackend(this.#settings, this.#place, this.#clock, (message) => {
      logQuietly(this.#logger, 'warn', message);
    });
    if (isThenable(opened)) return this.#await(opened);
    this.#backend = opened;
    return opened;
  }

  /** Calls that come meanwhile wait for the same opening; after one that failed the next call tries again. */
  #await(opened: Promise<OpenBackend>): Promise<OpenBackend> {
    const settle = (backend: OpenBackend | undefined): void => {
      // It may have been closed meanwhile.
      if (this.#opening !== opening) return;
      this.#backend = backend;
      this.#opening = undefined;
    };
    const opening: Promise<OpenBackend> = opened.then(
      (backend) => {
        settle(backend);
        return backend;
      },
      (error: unknown) => {
        settle(undefined);
        throw error;
      },
    );
    this.#opening = opening;
    return opening;
  }

  #mustWait(tool: string): AsyncServiceError {
    return new AsyncServiceError(
      `${this.name} answers with a promise, and "${tool}" is a synchronous tool that cannot wait for it; make the tool async, or keep the trail in files or SQLite`,
      { toolName: tool },
    );
  }
}
