import {
  closeSync, existsSync, fdatasync, fdatasyncSync, fstatSync, fsyncSync, ftruncateSync, linkSync, mkdirSync, openSync, readdirSync, readFileSync, readSync,
  renameSync, rmSync, statSync, unlinkSync, writeFileSync, writeSync,
} from 'node:fs';

/** What a trail asks of a file system; Node's own, unless a test hands in one that fails or dies. */
export interface Files {
  readonly closeSync: typeof closeSync;
  readonly existsSync: typeof existsSync;
  readonly fdatasync: (fd: number, done: (error: Error | null) => void) => void;
  readonly fdatasyncSync: typeof fdatasyncSync;
  readonly fstatSync: (fd: number) => { readonly size: number; readonly nlink: number; readonly ino: number; readonly dev: number; isFile(): boolean };
  readonly fsyncSync: typeof fsyncSync;
  readonly ftruncateSync: typeof ftruncateSync;
  readonly linkSync: typeof linkSync;
  readonly mkdirSync: typeof mkdirSync;
  readonly openSync: typeof openSync;
  readonly readdirSync: (path: string) => string[];
  readonly readFileSync: (path: string) => Buffer;
  readonly readSync: (fd: number, buffer: Buffer, offset: number, length: number, position: number) => number;
  readonly renameSync: typeof renameSync;
  readonly rmSync: typeof rmSync;
  readonly statSync: (path: string) => { readonly size: number; readonly ino: number; readonly dev: number; readonly mtimeMs: number } | undefined;
  readonly unlinkSync: typeof unlinkSync;
  readonly writeFileSync: typeof writeFileSync;
  readonly writeSync: (fd: number, text: string) => number;
}

export const nodeFiles: Files = {
  closeSync, existsSync, fdatasync, fdatasyncSync, fstatSync, fsyncSync, ftruncateSync, linkSync, mkdirSync, openSync, readdirSync, readFileSync, readSync,
  renameSync, rmSync,
  statSync: (path) => statSync(path, { throwIfNoEntry: false }),
  unlinkSync, writeFileSync, writeSync,
};

/** Makes new names in a folder survive a loss of power. Some systems cannot open folders; there it is not needed either. */
export function syncFolder(files: Files, folder: string): void {
  if (process.platform === 'win32') return;
  const fd = files.openSync(folder, 'r');
  try {
    files.fsyncSync(fd);
  } finally {
    files.closeSync(fd);
  }
}
