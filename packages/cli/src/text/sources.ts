import { createReadStream } from 'node:fs';
import { open, opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError, unreadable } from '../errors.js';
import type { Input } from '../io.js';

/** One text to read. */
export interface Source {
  readonly name: string;
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

/** Folders of no text of anybody's own. */
const leftOut = new Set(['.git', 'node_modules']);
const looked = 8_192;
const chunkBytes = 256 * 1024;

export function isPassed(item: Source | Passed): item is Passed {
  return 'why' in item;
}

/** The one name that means standard input. */
export const standardInput = '-';

export function inputSource(input: Input): Source {
  return { name: '(standard input)', read: () => input.read() };
}

/** Text given on the command line. */
export function textSource(text: string): Source {
  return {
    name: '(text)',
    async *read() {
      yield await Promise.resolve(Buffer.from(text, 'utf8'));
    },
  };
}

/**
 * What the paths of a command line stand for. A file that is named is read whatever it holds; of a folder every text
 * file is, to any depth, links not followed.
 */
export async function* sourcesOf(paths: readonly string[], input: Input, folders: 'walk' | 'refuse'): AsyncGenerator<Source | Passed> {
  for (const path of paths) {
    if (path === standardInput) {
      yield inputSource(input);
      continue;
    }
    try {
      const isFolder = (await stat(path)).isDirectory();
      if (isFolder && folders === 'walk') yield* folderSources(path);
      else if (isFolder) yield { name: path, why: 'unreadable', message: `cannot read ${path}: it is a folder, expected a file` };
      else yield fileSource(path);
    } catch (error) {
      yield passed(path, error);
    }
  }
}

async function* folderSources(folder: string): AsyncGenerator<Source | Passed> {
  const entries = [];
  for await (const entry of await opendir(folder)) entries.push(entry);
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    try {
      if (entry.isDirectory() && !leftOut.has(entry.name)) yield* folderSources(path);
      else if (entry.isFile()) yield (await isBinary(path)) ? binary(path) : fileSource(path);
    } catch (error) {
      yield passed(path, error);
    }
  }
}

export function fileSource(path: string): Source {
  return {
    name: path,
    async *read() {
      try {
        // Both are buffers: no encoding is set.
        for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) yield chunk as Buffer;
      } catch (error) {
        throw error instanceof CliError ? error : unreadable(path, error);
      }
    },
  };
}

/** As git tells: a zero byte near the start. Text in UTF-16 has some too, and a mark that says so. */
async function isBinary(path: string): Promise<boolean> {
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
