import { dirname, join } from 'node:path';
import { fileError, systemCode, TrailError } from '../errors.js';
import { createFolder, syncFolder, type Files } from './files.js';
import { GroupSync } from './group-sync.js';
import type { SettledOptions } from './options.js';
import type { ProcessIdentity } from './process-identity.js';

const RENEW_BYTES = 64 * 1024;

/** Where in a trail the entries of a journal's calls can begin. */
export interface TrailPosition {
  readonly segment: number;
  readonly offset: number;
}

/** A call that was begun: its line, and a position in the trail that its entry must follow. */
interface OpenCall {
  readonly line: string;
  readonly from: TrailPosition;
}

interface OpenFile {
  readonly fd: number;
  readonly sync: GroupSync;
}

export function journalFolder(trailPath: string): string {
  return `${trailPath}.journal`;
}

/** The name carries the owner, so that even an empty journal has one. */
export function journalName(writerId: string, owner: ProcessIdentity, role: 'intents' | 'claim'): string {
  return `${writerId}.${owner.host}.${String(owner.pid)}.${owner.start}.${role}`;
}

/** Where a journal is written anew before it takes the place of the old one. */
export function renewedPath(path: string): string {
  return `${path}.new`;
}

/** One writer's calls in flight: a line before each call, none after; the trail itself says which ended. */
export class Journal {
  readonly path: string;
  readonly #position: () => TrailPosition;
  readonly #files: Files;
  readonly #mustSurvivePower: boolean;
  readonly #open = new Map<string, OpenCall>();
  #file: OpenFile | null = null;
  /** The size of the file; -1 while that is not known, since a watched call can be stopped between any two statements. */
  #bytes = 0;
  /** The segment its first line names. */
  #segment = 0;
  #renewAt = RENEW_BYTES;

  constructor(trailPath: string, writerId: string, owner: ProcessIdentity, position: () => TrailPosition, options: SettledOptions) {
    this.#files = options.files;
    this.#mustSurvivePower = options.durability === 'power';
    this.path = join(journalFolder(trailPath), journalName(writerId, owner, 'intents'));
    this.#position = position;
  }

  /** Takes a line with its newline; in mode `power` gives a promise where the caller can wait for the disk. */
  begin(callId: string, line: string, canWait: boolean): void | Promise<void> {
    const from = this.#position();
    this.#renewIfStale(from);
    const { sync } = this.#write(line, from);
    this.#open.set(callId, { line, from });
    if (!this.#mustSurvivePower) return undefined;
    if (canWait) return sync.soon();
    sync.now();
    return undefined;
  }

  /** Whether an fdatasync has failed. */
  get isBroken(): boolean {
    return this.#file?.sync.isBroken ?? false;
  }

  finish(callId: string): void {
    if (!this.#open.delete(callId) || this.#open.size > 0 || this.#bytes < RENEW_BYTES) return;
    this.#empty();
  }

  /** Removes the journal unless calls are still open: those are for recovery. */
  close(): void {
    if (this.#file === null) return;
    this.#file.sync.close();
    this.#file = null;
    if (this.#open.size > 0) return;
    try {
      this.#files.unlinkSync(this.path);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw fileError(error, this.path, 'cannot remove');
    }
  }

  #write(line: string, from: TrailPosition): OpenFile {
    let size = this.#bytes;
    let file = this.#file;
    try {
      file ??= this.#openFile();
      // After a stop the last line may have no newline; an empty line is no intent.
      const lead = size === -1 ? '\n' : '';
      if (size === -1) {
        file = this.#current(file);
        size = this.#files.fstatSync(file.fd).size;
      }
      const text = size === 0 ? header(from) + line : lead + line;
      const bytes = Buffer.byteLength(text);
      this.#bytes = -1;
      if (this.#files.writeSync(file.fd, text) !== bytes) throw this.#short();
      if (size === 0) this.#segment = from.segment;
      this.#bytes = size + bytes;
      return file;
    } catch (error) {
      this.#dropPartial(size);
      throw fileError(error, this.path, 'cannot write intent to');
    }
  }

  #openFile(): OpenFile {
    const folder = dirname(this.path);
    createFolder(this.#files, folder, this.#mustSurvivePower);
    const fd = this.#files.openSync(this.path, 'a', 0o600);
    const file = { fd, sync: new GroupSync(this.#files, fd, [this.path]) };
    try {
      if (this.#mustSurvivePower) syncFolder(this.#files, folder);
    } catch (error) {
      file.sync.close();
      throw error;
    }
    this.#file = file;
    return file;
  }

  /** The file that has the journal's name: a renewal may have been stopped when the new one had taken its place. */
  #current(file: OpenFile): OpenFile {
    if (this.#files.fstatSync(file.fd).nlink > 0) return file;
    const current = this.#openFile();
    file.sync.close();
    return current;
  }

  /** Lets go of what is over, so that the journal stays short and no old segment is kept for it. */
  #renewIfStale(now: TrailPosition): void {
    if (this.#bytes <= 0) return;
    const [oldest] = this.#open.values();
    const from = oldest?.from ?? now;
    if (from.segment === this.#segment && this.#bytes < this.#renewAt) return;
    if (oldest === undefined) this.#empty();
    else this.#renew(from);
  }

  #empty(): void {
    if (this.#file === null) return;
    try {
      this.#bytes = -1;
      this.#files.ftruncateSync(this.#file.fd, 0);
      this.#bytes = 0;
    } catch {
      // Only a saving of space: every call in the journal has its entry, so a longer journal is still true.
    }
  }

  #renew(from: TrailPosition): void {
    const text = header(from) + [...this.#open.values()].map((call) => call.line).join('');
    const renewed = renewedPath(this.path);
    try {
      // Of a renewal that was stopped, or not ours at all: what a link leads to must not be overwritten.
      this.#files.rmSync(renewed, { force: true });
      this.#files.writeFileSync(renewed, text, { mode: 0o600, flag: 'wx', flush: this.#mustSurvivePower });
      this.#bytes = -1;
      this.#files.renameSync(renewed, this.path);
      const old = this.#file;
      this.#openFile();
      old?.sync.close();
      this.#segment = from.segment;
      this.#bytes = Buffer.byteLength(text);
    } catch {
      // The longer journal is still true; what became of it the next write finds out.
    }
    this.#renewAt = 2 * Math.max(RENEW_BYTES, this.#bytes);
  }

  #short(): TrailError {
    return new TrailError('NO_SPACE', this.path, `cannot write intent to ${this.path}: the disk or quota is full: free space, then repeat`);
  }

  #dropPartial(size: number): void {
    if (this.#file === null || size === -1) return;
    try {
      // This writer alone writes the file, so cutting it back loses nobody's line.
      this.#files.ftruncateSync(this.#file.fd, size);
      this.#bytes = size;
    } catch {
      // The error that led here is the one to report; recovery reads complete lines only.
    }
  }
}

function header(from: TrailPosition): string {
  return `${JSON.stringify(from)}\n`;
}
