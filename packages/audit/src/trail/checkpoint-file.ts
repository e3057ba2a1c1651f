import { MAX_RECORD_CHARS, readRecord, recordLine, type ReadCheckpoint } from '../checkpoint/read-record.js';
import type { CheckpointRecord } from '../checkpoint/checkpoint-record.js';
import { fileError, systemCode, TrailError } from '../errors.js';
import { GroupSync } from './group-sync.js';
import type { SettledOptions } from './options.js';
import { lineStartBefore, scanLines } from './scan-lines.js';

const NEWLINE = 0x0a;
/** More than signers and witnesses ever have under way at once. */
const LOOK_BACK = 32;

/** Where the checkpoints of a trail are kept. */
export function checkpointPath(trailPath: string): string {
  return `${trailPath}.checkpoints`;
}

/** The checkpoints beside a trail: one record a line, appended by any of its writers. */
export class CheckpointFile {
  readonly path: string;
  readonly #options: SettledOptions;
  #readTo = 0;

  constructor(trailPath: string, options: SettledOptions) {
    this.path = checkpointPath(trailPath);
    this.#options = options;
  }

  /**
   * The two that cover most, of those that were written last, the larger one last; what is no record is passed over,
   * since a crash may have cut one short. Not simply the last two: slow signers and witnesses write out of order.
   */
  largest(): ReadCheckpoint[] {
    return this.#withFile((fd, size) => {
      const found = new Map<number, ReadCheckpoint>();
      const { files } = this.#options;
      const reader = { read: (into: Buffer, length: number, offset: number) => files.readSync(fd, into, 0, length, offset) };
      this.#readTo = size;
      for (let end = size, records = 0; end > 0 && records < LOOK_BACK; ) {
        const start = lineStartBefore(reader, end - 1);
        const line = this.#line(fd, start, end);
        // Another writer may be in the middle of it.
        if (end === size && line === null) this.#readTo = start;
        const record = line === null ? null : tryRead(line);
        if (record !== null) {
          found.set(record.checkpoint.size, record);
          records += 1;
        }
        end = start;
      }
      return [...found.values()].sort((x, y) => x.checkpoint.size - y.checkpoint.size).slice(-2);
    });
  }

  all(): ReadCheckpoint[] {
    return this.#withFile((fd, size) => this.#scan(fd, 0, size).found);
  }

  /** Records that were added since the last reading, by this writer or others. */
  added(): ReadCheckpoint[] {
    return this.#withFile((fd, size) => {
      const { found, end } = this.#scan(fd, Math.min(this.#readTo, size), size);
      this.#readTo = end;
      return found;
    });
  }

  #scan(fd: number, from: number, to: number): { readonly found: ReadCheckpoint[]; readonly end: number } {
    const found: ReadCheckpoint[] = [];
    const end = scanLines(this.#options.files, fd, from, to, (bytes) => {
      const record = bytes === null ? null : tryRead(bytes.toString('utf8'));
      if (record !== null) found.push(record);
    });
    return { found, end };
  }

  append(record: CheckpointRecord): void {
    const { files, durability } = this.#options;
    try {
      const fd = files.openSync(this.path, 'a+', 0o600);
      const sync = new GroupSync(files, fd, [this.path]);
      try {
        this.#refuseOthers(fd);
        const line = this.#lead(fd) + recordLine(record);
        if (files.writeSync(fd, line) !== Buffer.byteLength(line)) {
          throw new TrailError('NO_SPACE', this.path, `cannot append to ${this.path}: the disk or quota is full: free space, then repeat`);
        }
        if (durability === 'power') sync.now();
      } finally {
        sync.close();
      }
    } catch (error) {
      throw fileError(error, this.path, 'cannot append to');
    }
  }

  /** A pipe or a device would swallow what is written, and show nothing of it. */
  #refuseOthers(fd: number): void {
    if (this.#options.files.fstatSync(fd).isFile()) return;
    throw new TrailError('NOT_A_FILE', this.path, `cannot keep checkpoints in ${this.path}: it is not a regular file: move it away`);
  }

  /** Ends a line that a crash cut short. */
  #lead(fd: number): string {
    const { files } = this.#options;
    const { size } = files.fstatSync(fd);
    const last = Buffer.alloc(1);
    return size > 0 && files.readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE ? '\n' : '';
  }

  /** A complete line without its newline; null for what is none, or too long for a record. */
  #line(fd: number, start: number, end: number): string | null {
    if (end - start > MAX_RECORD_CHARS) return null;
    const bytes = Buffer.alloc(end - start);
    const got = this.#options.files.readSync(fd, bytes, 0, bytes.length, start);
    return got === bytes.length && bytes.at(-1) === NEWLINE ? bytes.toString('utf8', 0, got - 1) : null;
  }

  #withFile(read: (fd: number, size: number) => ReadCheckpoint[]): ReadCheckpoint[] {
    const { files } = this.#options;
    let fd: number;
    try {
      fd = files.openSync(this.path, 'r');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw fileError(error, this.path, 'cannot read');
    }
    try {
      this.#refuseOthers(fd);
      return read(fd, files.fstatSync(fd).size);
    } catch (error) {
      throw fileError(error, this.path, 'cannot read');
    } finally {
      files.closeSync(fd);
    }
  }
}

function tryRead(line: string): ReadCheckpoint | null {
  try {
    return readRecord(line);
  } catch {
    // A writer goes on from the records that are whole; the verifier names the others.
    return null;
  }
}
