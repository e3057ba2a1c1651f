import {
  closeSync, constants, existsSync, fdatasync, fdatasyncSync, fstatSync, fsyncSync, ftruncateSync, linkSync, lstatSync, mkdirSync, openSync, readdirSync,
  readFileSync, readSync, renameSync, rmSync, unlinkSync, writeFileSync, writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { sleepSync } from './sleep.js';

/** How a file is written that must not be half there: `flush` puts it on the disk before its name is used. */
export interface NewFile {
  readonly mode: number;
  readonly flag?: 'wx';
  readonly flush?: boolean;
}

/** As Node names them, and `a+ existing`, which creates nothing. */
export type OpenFlags = 'r' | 'r+' | 'a' | 'a+' | 'a+ existing';

/** What a trail asks of a file system; Node's own, unless a test hands in one that fails or dies. */
export interface Files {
  readonly closeSync: (fd: number) => void;
  readonly existsSync: (path: string) => boolean;
  readonly fdatasync: (fd: number, done: (error: Error | null) => void) => void;
  readonly fdatasyncSync: (fd: number) => void;
  readonly fstatSync: (fd: number) => { readonly size: number; readonly nlink: number; readonly ino: number; readonly dev: number; isFile(): boolean };
  readonly fsyncSync: (fd: number) => void;
  readonly ftruncateSync: (fd: number, length: number) => void;
  readonly linkSync: (existing: string, path: string) => void;
  /** Gives the first folder that was not there. */
  readonly mkdirSync: (path: string, options: { readonly recursive: true; readonly mode: number }) => string | undefined;
  readonly openSync: (path: string, flags: OpenFlags, mode?: number) => number;
  readonly readdirSync: (path: string) => string[];
  readonly readFileSync: (path: string) => Buffer;
  readonly readSync: (fd: number, buffer: Buffer, offset: number, length: number, position: number) => number;
  readonly renameSync: (from: string, to: string) => void;
  /** Writes at a position, into a file that was opened without appending. */
  readonly rewriteSync: (fd: number, buffer: Buffer, length: number, position: number) => number;
  readonly rmSync: (path: string, options: { readonly force: true }) => void;
  /** Blocks the thread while another writer does its part. */
  readonly sleepSync: (milliseconds: number) => void;
  /** Of the name itself, also where it is a symbolic link; undefined where nothing has it. */
  readonly statSync: (path: string) => { readonly size: number; readonly ino: number; readonly dev: number; readonly mtimeMs: number } | undefined;
  readonly unlinkSync: (path: string) => void;
  readonly writeFileSync: (path: string, content: string | Uint8Array, options: NewFile) => void;
  readonly writeSync: (fd: number, text: string) => number;
}

/** What has a file's name may be a pipe, which must not hold anybody up. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;
/** Nor may a symbolic link that somebody planted say what is written to; one that names the trail is resolved before. */
const NO_LINK = constants.O_NONBLOCK | constants.O_NOFOLLOW;

function flagsOf(flags: OpenFlags): number {
  switch (flags) {
    case 'r': return READ;
    case 'r+': return constants.O_RDWR | NO_LINK;
    case 'a': return constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | NO_LINK;
    case 'a+': return constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | NO_LINK;
    case 'a+ existing': return constants.O_RDWR | constants.O_APPEND | NO_LINK;
  }
}

function readWhole(path: string): Buffer {
  const fd = openSync(path, READ);
  try {
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

export const nodeFiles: Files = {
  closeSync, existsSync, fdatasync, fdatasyncSync,
  fstatSync: (fd) => fstatSync(fd),
  fsyncSync, ftruncateSync, linkSync, mkdirSync,
  openSync: (path, flags, mode) => openSync(path, flagsOf(flags), mode),
  readdirSync,
  readFileSync: readWhole,
  readSync, renameSync,
  rewriteSync: (fd, buffer, length, position) => writeSync(fd, buffer, 0, length, position),
  rmSync, sleepSync,
  statSync: (path) => lstatSync(path, { throwIfNoEntry: false }),
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

/** Creates a folder and those above it; each new name stands in the folder above, which is what must reach the disk. */
export function createFolder(files: Files, folder: string, mustSurvivePower: boolean): void {
  const first = files.mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (first === undefined || !mustSurvivePower) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) syncFolder(files, dirname(made));
}
