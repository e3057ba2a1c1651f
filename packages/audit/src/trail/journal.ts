import { join } from 'node:path';
import { fileError, systemCode, TrailError } from '../errors.js';
import { syncFolder, type Files } from './files.js';
import { GroupSync } from './group-sync.js';
import type { SettledOptions } from './options.js';
import type { ProcessIdentity } from './process-identity.js';

const TRUNCATE_BYTES = 64 * 1024;

/** Where in a trail the entries of a journal's calls can begin. */
export interface TrailPosition {
  readonly segment: number;
  readonly offset: number;
}

export function journalFolder(trailPath: string): string {
  return `${trailPath}.journal`;
}

/** The name carries the owner, so that even an empty journal has one. */
export function journalName(writerId: string, owner: ProcessIdentity, role: 'intents' | 'claim'): string {
  return `${writerId}.${owner.host}.${String(owner.pid)}.${owner.start}.${role}`;
}

/** One writer's calls in flight: a line before each call, none after; the trail itself says which ended. */
export class Journal {
  readonly path: string;
  readonly #folder: string;
  readonly #position: () => TrailPosition;
  readonly #files: Files;
  readonly #mustSurvivePower: boolean;
  readonly #open = new Set<string>();
  #fd: number | null = null;
  #sync: GroupSync | null = null;
  /** The size of the file; -1 while that is not known, since a watched call can be stopped between any two statements. */
  #bytes = 0;

  constructor(trailPath: string, writerId: string, owner: ProcessIdentity, position: () => TrailPosition, options: SettledOptions) {
    this.#files = options.files;
    this.#mustSurvivePower = options.durability === 'power';
    this.#folder = journalFolder(trailPath);
    this.path = join(this.#folder, journalName(writerId, owner, 'intents'));
    this.#position = position;
  }

  /** Takes a line with its newline; in mode `power` gives a promise where the caller can wait for the disk. */
  begin(callId: string, line: string, canWait: boolean): void | Promise<void> {
    this.#write(callId, line);
    if (!this.#mustSurvivePower) return undefined;
    if (canWait) return this.#sync?.soon();
    this.#sync?.now();
    return undefined;
  }

  #write(callId: string, line: string): void {
    let size = this.#bytes;
    try {
      this.#fd ??= this.#create();
      // After a stop the last line may have no newline; an empty line is no intent.
      const lead = size === -1 ? '\n' : '';
      if (size === -1) size = this.#files.fstatSync(this.#fd).size;
      const text = size === 0 ? `${JSON.stringify(this.#position())}\n${line}` : lead + line;
      const bytes = Buffer.byteLength(text);
      this.#bytes = -1;
      if (this.#files.writeSync(this.#fd, text) !== bytes) throw this.#short();
      this.#bytes = size + bytes;
    } catch (error) {
      this.#dropPartial(size);
      throw fileError(error, this.path, 'cannot write intent to');
    }
    this.#open.add(callId);
  }

  /** Whether an fdatasync has failed. */
  get isBroken(): boolean {
    return this.#sync?.isBroken ?? false;
  }

  finish(callId: string): void {
    if (!this.#open.delete(callId) || this.#open.size > 0 || this.#bytes < TRUNCATE_BYTES || this.#fd === null) return;
    try {
      this.#bytes = -1;
      this.#files.ftruncateSync(this.#fd, 0);
      this.#bytes = 0;
    } catch {
      // Only a saving of space: every call in the journal has its entry, so a longer journal is still true.
    }
  }

  /** Removes the journal unless calls are still open: those are for recovery. */
  close(): void {
    if (this.#fd === null) return;
    this.#sync?.close();
    this.#fd = null;
    if (this.#open.size === 0) {
      try {
        this.#files.unlinkSync(this.path);
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw fileError(error, this.path, 'cannot remove');
      }
    }
  }

  #create(): number {
    this.#files.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const fd = this.#files.openSync(this.path, 'a', 0o600);
    this.#sync = new GroupSync(this.#files, fd, this.path);
    if (this.#mustSurvivePower) syncFolder(this.#files, this.#folder);
    return fd;
  }

  #short(): TrailError {
    return new TrailError('NO_SPACE', this.path, `cannot write intent to ${this.path}: the disk or quota is full: free space, then repeat`);
  }

  #dropPartial(size: number): void {
    if (this.#fd === null || size === -1) return;
    try {
      // This writer alone writes the file, so cutting it back loses nobody's line.
      this.#files.ftruncateSync(this.#fd, size);
      this.#bytes = size;
    } catch {
      // The error that led here is the one to report; recovery reads complete lines only.
    }
  }
}
