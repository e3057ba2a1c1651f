import type { Witness, WitnessRecord } from './witness.js';

/** The channel that a log witness writes to, at the beginning of every line. */
export const WITNESS_CHANNEL = 'enforcecore.witness';

/** A function that takes a line, or a logger with `info`: console, pino and winston fit. */
export type WitnessLogger = ((line: string) => void) | { info(line: string): unknown };

/** Writes every record as one line to a log that is collected elsewhere. */
export class LogWitness implements Witness {
  readonly #logger: WitnessLogger;

  constructor(logger: WitnessLogger) {
    this.#logger = logger;
  }

  publish(record: WitnessRecord): void {
    const { entry_hash, entry_id, previous_hash, sequence, timestamp, writer_id } = record;
    // Field by field: what else the object carries was not meant for a log.
    const line = `${WITNESS_CHANNEL} ${JSON.stringify({ entry_hash, entry_id, previous_hash, sequence, timestamp, writer_id })}`;
    if (typeof this.#logger === 'function') this.#logger(line);
    else this.#logger.info(line);
  }
}
