import { FileWitness, openTrail, type EntryDraft, type Intent, type Trail, type TreeHead } from '@enforcecore/audit';
import { join } from 'node:path';
import type { Logger } from '../logging/logger.js';
import type { Settings } from '../settings/settings.js';
import type { Clock } from '../time/clock.js';
import type { Auditor, AuditReceipt } from './auditor.js';

/** One JSONL trail in the settings' folder. Opened by the first call, and again after a failure to open. */
export class TrailAuditor implements Auditor {
  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #trail: Trail | undefined;

  constructor(settings: Settings, clock: Clock, logger: Logger) {
    this.#settings = settings;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Where the trail is, whether or not it exists yet. */
  get path(): string {
    return join(this.#settings.auditPath, 'trail.jsonl');
  }

  begin(intent: Intent): void {
    this.#opened().begin(intent);
  }

  record(entry: EntryDraft): AuditReceipt {
    return this.#opened().append(entry);
  }

  /** Size and running digest of the trail now: keep them elsewhere, and truncation cannot go unnoticed. */
  head(): TreeHead {
    return this.#opened().head();
  }

  close(): void {
    this.#trail?.close();
    this.#trail = undefined;
  }

  #opened(): Trail {
    const { auditRotateMb, auditRetainDays, auditCompress, auditImmutable, auditWitnessFile } = this.#settings;
    this.#trail ??= openTrail(this.path, {
      // The append-only attribute forbids renaming, so an immutable trail stays one file.
      rotateBytes: auditImmutable ? 0 : Math.round(auditRotateMb * 1024 * 1024),
      retainDays: auditRetainDays,
      compress: auditCompress,
      immutable: auditImmutable,
      ...(auditWitnessFile === undefined ? {} : { witness: new FileWitness(auditWitnessFile) }),
      now: () => this.#clock.now(),
      onWarning: (message) => {
        this.#logger.log('warn', message);
      },
    });
    return this.#trail;
  }
}
