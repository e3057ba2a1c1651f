import { dirname } from 'node:path';
import type { Files, NewFile, OpenFlags } from './files.js';
import { systemError, type Inode, type MemoryDisk, type Open } from './memory-disk.test.kit.js';

/** What every operation of a process throws that was killed. */
export class Killed extends Error {}

/** The error codes a file system answers with. */
export type FaultCode = 'ENOSPC' | 'EIO' | 'EROFS' | 'EACCES' | 'EDQUOT' | 'SHORT';

type Operation = keyof Files;

/** When a process dies, or what an operation answers instead of doing its work. */
export interface Plan {
  /** Called before each operation with its number from 1; 'die', a code, or nothing. A short write takes half. */
  readonly fault?: (count: number, operation: Operation, path: string) => FaultCode | 'die' | undefined;
  /** Which part of the text a write still brings to the disk that is killed, in [0, 1]. */
  readonly cut?: number;
}

/** One process' view of the disk. */
export class FaultyFiles implements Files {
  readonly disk: MemoryDisk;
  readonly calls: { readonly operation: Operation; readonly path: string }[] = [];
  plan: Plan;
  isDead = false;
  /** Resolves when the process dies. */
  readonly died: Promise<void>;
  #die: () => void = () => undefined;
  /** Lets asynchronous syncs wait until this is called. */
  hold: ((go: () => void) => void) | null = null;

  constructor(disk: MemoryDisk, plan: Plan = {}) {
    this.disk = disk;
    this.plan = plan;
    this.died = new Promise((resolve) => { this.#die = resolve; });
  }

  kill(): void {
    this.isDead = true;
    this.#die();
  }

  count(operation: Operation): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }

  /** Counts an operation; true if the file system is to answer it with less than was asked. */
  #step(operation: Operation, path: string, die?: () => void): boolean {
    if (this.isDead) throw new Killed('killed');
    this.calls.push({ operation, path });
    const fault = this.plan.fault?.(this.calls.length, operation, path);
    if (fault === 'die') {
      die?.();
      this.kill();
      throw new Killed('killed');
    }
    if (fault === 'SHORT') return true;
    if (fault !== undefined) throw systemError(fault, operation);
    return false;
  }

  #of(fd: number): Open {
    const open = this.disk.open.get(fd);
    if (open === undefined) throw systemError('EBADF', String(fd));
    return open;
  }

  #inode(fd: number): Inode {
    const { inode } = this.#of(fd);
    if (inode === null) throw systemError('EISDIR', String(fd));
    return inode;
  }

  readonly closeSync = (fd: number): void => {
    const { path } = this.#of(fd);
    // Also a close that fails lets go.
    if (!this.isDead) this.disk.open.delete(fd);
    this.#step('closeSync', path);
  };

  readonly existsSync = (path: string): boolean => {
    this.#step('existsSync', path);
    return this.disk.find(path) !== undefined;
  };

  readonly fdatasync = (fd: number, done: (error: Error | null) => void): void => {
    const { path } = this.#of(fd);
    const inode = this.#inode(fd);
    // What was written until now, not until it ends.
    const sync = inode.startSync();
    const finish = (): void => {
      // The thread of a dead process does not come back.
      if (this.isDead) return;
      sync();
      this.#call(done, null);
    };
    try {
      this.#step('fdatasync', path);
    } catch (error) {
      if (!this.isDead) inode.failSync();
      if (!this.isDead) setImmediate(() => { this.#call(done, error instanceof Error ? error : null); });
      return;
    }
    setImmediate(() => {
      if (this.hold === null) finish();
      else this.hold(finish);
    });
  };

  /** A process that dies in a callback has nobody to tell. */
  #call(done: (error: Error | null) => void, error: Error | null): void {
    try {
      done(error);
    } catch (thrown) {
      if (!(thrown instanceof Killed)) throw thrown;
    }
  }

  readonly fdatasyncSync = (fd: number): void => {
    const inode = this.#inode(fd);
    try {
      this.#step('fdatasyncSync', this.#of(fd).path);
    } catch (error) {
      if (!this.isDead) inode.failSync();
      throw error;
    }
    inode.sync();
  };

  readonly fstatSync = (fd: number): ReturnType<Files['fstatSync']> => {
    const { inode, path } = this.#of(fd);
    this.#step('fstatSync', path);
    return { size: inode?.data.length ?? 0, nlink: inode?.nlink ?? 2, ino: inode?.ino ?? 0, dev: 1, isFile: () => inode !== null };
  };

  readonly fsyncSync = (fd: number): void => {
    const { inode, path } = this.#of(fd);
    this.#step('fsyncSync', path);
    if (inode === null) this.disk.syncFolder(path);
    else inode.sync();
  };

  readonly ftruncateSync = (fd: number, length: number): void => {
    this.#step('ftruncateSync', this.#of(fd).path);
    const inode = this.#inode(fd);
    inode.set(inode.data.subarray(0, length));
  };

  readonly linkSync = (existing: string, path: string): void => {
    this.#step('linkSync', path);
    const inode = this.disk.find(existing);
    if (inode === undefined) throw systemError('ENOENT', existing);
    if (this.disk.find(path) !== undefined) throw systemError('EEXIST', path);
    this.disk.name(path, inode);
  };

  readonly mkdirSync = (path: string): string | undefined => {
    this.#step('mkdirSync', path);
    const missing: string[] = [];
    for (let at = path; this.disk.find(at) === undefined; at = dirname(at)) missing.unshift(at);
    for (const folder of missing) this.disk.name(folder, null);
    return missing[0];
  };

  readonly openSync = (path: string, flags: OpenFlags): number => {
    this.#step('openSync', path);
    const creates = flags === 'a' || flags === 'a+';
    const found = this.disk.find(path);
    if (found === undefined && !creates) throw systemError('ENOENT', path);
    return this.disk.fd({ inode: found === undefined ? this.disk.create(path) : found, path, canWrite: flags !== 'r' });
  };

  readonly readdirSync = (path: string): string[] => {
    this.#step('readdirSync', path);
    return this.disk.list(path);
  };

  readonly readFileSync = (path: string): Buffer => {
    this.#step('readFileSync', path);
    const inode = this.disk.find(path);
    if (!inode) throw systemError('ENOENT', path);
    return Buffer.from(inode.data);
  };

  readonly readSync = (fd: number, buffer: Buffer, offset: number, length: number, position: number): number => {
    const isShort = this.#step('readSync', this.#of(fd).path);
    const part = this.#inode(fd).data.subarray(position, position + (isShort ? Math.ceil(length / 2) : length));
    return part.copy(buffer, offset);
  };

  readonly renameSync = (from: string, to: string): void => {
    this.#step('renameSync', to);
    this.disk.rename(from, to);
  };

  readonly rewriteSync = (fd: number, buffer: Buffer, length: number, position: number): number => {
    const part = buffer.subarray(0, length);
    const isShort = this.#step('rewriteSync', this.#of(fd).path, () => { this.#inode(fd).rewrite(this.#cut(part), position); });
    const written = isShort ? part.subarray(0, Math.floor(length / 2)) : part;
    this.#inode(fd).rewrite(Buffer.from(written), position);
    return written.length;
  };

  readonly rmSync = (path: string): void => {
    this.#step('rmSync', path);
    if (this.disk.find(path) !== undefined) this.disk.unlink(path);
  };

  readonly sleepSync = (): void => {
    if (this.isDead) throw new Killed('killed');
  };

  readonly statSync = (path: string): ReturnType<Files['statSync']> => {
    this.#step('statSync', path);
    const inode = this.disk.find(path);
    // Old enough for anybody to take it for left behind.
    return inode === undefined ? undefined : { size: inode?.data.length ?? 0, ino: inode?.ino ?? 0, dev: 1, mtimeMs: 0 };
  };

  readonly unlinkSync = (path: string): void => {
    this.#step('unlinkSync', path);
    this.disk.unlink(path);
  };

  readonly writeFileSync = (path: string, content: string | Uint8Array, options: NewFile): void => {
    const bytes = Buffer.from(content);
    let inode: Inode | null = null;
    const write = (part: Buffer): void => {
      if (options.flag === 'wx' && this.disk.find(path) !== undefined) throw systemError('EEXIST', path);
      inode = this.disk.find(path) ?? this.disk.create(path);
      inode.set(part);
    };
    // Node repeats a short write here, and says when the disk is full.
    if (this.#step('writeFileSync', path, () => { write(this.#cut(bytes)); })) {
      write(bytes.subarray(0, bytes.length / 2));
      throw systemError('ENOSPC', path);
    }
    write(bytes);
    // Its own step: the power may go between the two.
    if (options.flush === true && !this.#step('fsyncSync', path)) this.disk.find(path)?.sync();
  };

  readonly writeSync = (fd: number, text: string): number => {
    const { inode, path, canWrite } = this.#of(fd);
    const bytes = Buffer.from(text);
    if (inode === null || !canWrite) throw systemError('EBADF', path);
    const isShort = this.#step('writeSync', path, () => { inode.append(this.#cut(bytes)); });
    const part = isShort ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes;
    inode.append(part);
    return part.length;
  };

  #cut(bytes: Buffer): Buffer {
    return bytes.subarray(0, Math.floor(bytes.length * (this.plan.cut ?? 0)));
  }
}
