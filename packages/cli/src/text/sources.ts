import { createReadStream } from 'node:fs';
import { open, opendir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CliError, unreadable } from '../errors.js';
import type { Input } from '../io.js';

/** One text to read. */
export interface Source {
  readonly name: string;
  /** A file's place under the path that was named: its own name, or what follows the folder. */
  readonly inside: string;
  /** Failures to read arrive as CliError `INPUT`. */
  read(): AsyncIterable<Uint8Array>;
}

/** Something that was asked for and is not read. */
export interface Passed {
  readonly name: string;
  /** `unreadable` is a failure; `binary` was met in a folder and left out. */
  readonly why: 'unreadable' | 'binary';
  readonly message: string;
}

/** How paths are read. */
export interface Reading {
  readonly folders: 'walk' | 'refuse';
  /** What to do about a folder that is refused. */
  readonly advice?: string;
  /** Real paths that no folder shows. */
  readonly except?: ReadonlySet<string>;
  /** Reading ends here: standard input as if no more had come, a file with a failure. */
  readonly stop?: AbortSignal;
}

/** Folders of no text of anybody's own. */
const leftOut = new Set(['.git', 'node_modules']);
const looked = 8_192;
const chunkBytes = 256 * 1024;

export function isPassed(item: Source | Passed): item is Passed {
  return 'why' in item;
}

/** The one name that means standard input. */
export const standardInput = '-';

export function inputSource(input: Input, stop?: AbortSignal): Source {
  return { name: '(standard input)', inside: 'stdin', read: () => input.read(stop) };
}

/** Text given on the command line. */
export function textSource(text: string): Source {
  return {
    name: '(text)',
    inside: 'text',
    async *read() {
      yield await Promise.resolve(Buffer.from(text, 'utf8'));
    },
  };
}

/**
 * What the paths of a command line stand for. A file that is named is read whatever it holds; of a folder every text
 * file is, to any depth, links not followed.
 */
export async function* sourcesOf(paths: readonly string[], input: Input, reading: Reading): AsyncGenerator<Source | Passed> {
  const { folders, advice = 'expected a file', stop } = reading;
  for (const path of paths) {
    if (path === standardInput) {
      yield inputSource(input, stop);
      continue;
    }
    try {
      const isFolder = (await stat(path)).isDirectory();
      if (isFolder && folders === 'walk') yield* folderSources({ path, real: await realpath(path), inside: '' }, reading);
      else if (isFolder) yield { name: path, why: 'unreadable', message: `cannot read ${path}: it is a folder, ${advice}` };
      else yield fileSource(path, basename(path), stop);
    } catch (error) {
      yield passed(path, error);
    }
  }
}

interface Folder {
  readonly path: string;
  readonly real: string;
  readonly inside: string;
}

async function* folderSources(folder: Folder, reading: Reading): AsyncGenerator<Source | Passed> {
  const entries = [];
  for await (const entry of await opendir(folder.path)) entries.push(entry);
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const [path, real, inside] = [folder.path, folder.real, folder.inside].map((one) => join(one, entry.name)) as [string, string, string]; // three in, three out
    if (reading.except?.has(real) === true) continue;
    try {
      if (entry.isDirectory() && !leftOut.has(entry.name)) yield* folderSources({ path, real, inside }, reading);
      else if (entry.isFile()) yield (await isBinary(path)) ? binary(path) : fileSource(path, inside, reading.stop);
    } catch (error) {
      yield passed(path, error);
    }
  }
}

export function fileSource(path: string, inside = basename(path), stop?: AbortSignal): Source {
  return {
    name: path,
    inside,
    async *read() {
      try {
        for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
          if (stop?.aborted === true) throw new CliError('INPUT', `interrupted: ${path} was not read to its end`);
          yield chunk as Buffer; // no encoding is set
        }
      } catch (error) {
        throw error instanceof CliError ? error : unreadable(path, error);
      }
    },
  };
}

/** As git tells: a zero byte near the start. Text in UTF-16 has some too, and a mark that says so. */
export async function isBinary(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const head = Buffer.alloc(looked);
    const { bytesRead } = await handle.read(head, 0, looked, 0);
    const isMarked = ['fffe', 'feff'].includes(head.subarray(0, 2).toString('hex'));
    return !isMarked && head.subarray(0, bytesRead).includes(0);
  } finally {
    await handle.close();
  }
}

function binary(name: string): Passed {
  return { name, why: 'binary', message: `${name} is binary and was left out` };
}

function passed(name: string, error: unknown): Passed {
  return { name, why: 'unreadable', message: unreadable(name, error).message };
}
