import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileError, TrailError } from '../errors.js';

/** What a witness is told of an entry. */
export interface WitnessRecord {
  readonly entry_id: string;
  readonly entry_hash: string;
  readonly previous_hash: string;
  readonly sequence: number;
  readonly writer_id: string;
  readonly timestamp: string;
}

/** Keeps hashes out of reach of whoever can write the trail. */
export interface Witness {
  publish(record: WitnessRecord): void;
}

/** Hands every record to a function. */
export class CallbackWitness implements Witness {
  readonly #callback: (record: WitnessRecord) => void;

  constructor(callback: (record: WitnessRecord) => void) {
    this.#callback = callback;
  }

  publish(record: WitnessRecord): void {
    this.#callback(record);
  }
}

/** Appends every record to a file of its own; worth something only where others may not write it. */
export class FileWitness implements Witness {
  readonly path: string;
  #fd: number | null = null;

  constructor(path: string) {
    this.path = path;
  }

  publish(record: WitnessRecord): void {
    const line = `${JSON.stringify({
      entry_hash: record.entry_hash,
      entry_id: record.entry_id,
      previous_hash: record.previous_hash,
      sequence: record.sequence,
      timestamp: record.timestamp,
      writer_id: record.writer_id,
    })}\n`;
    let written: number;
    try {
      written = writeSync(this.#open(), line);
    } catch (error) {
      throw fileError(error, this.path, 'cannot append to witness');
    }
    // The records are ASCII, so characters are bytes.
    if (written !== line.length) {
      throw new TrailError('NO_SPACE', this.path, `cannot append to witness ${this.path}: the disk or quota is full: free space, then repeat`);
    }
  }

  close(): void {
    if (this.#fd === null) return;
    closeSync(this.#fd);
    this.#fd = null;
  }

  #open(): number {
    if (this.#fd === null) {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      this.#fd = openSync(this.path, 'a', 0o600);
    }
    return this.#fd;
  }
}
