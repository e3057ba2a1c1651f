import { lstat, mkdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { CliError, systemCode, systemReason, unreadable } from '../errors.js';
import { identityOf, realOf } from '../own-files.js';
import { writeWhole } from '../write-whole.js';
import { decodeText } from './read-text.js';
import { isBinary, isPassed, type Passed, type Source } from './sources.js';
import type { TextStream } from './text-stream.js';

/** One file to be written anew elsewhere. */
export interface Copy {
  readonly source: Source;
  readonly target: string;
}

export interface CopyPlan {
  readonly out: string;
  readonly copies: readonly Copy[];
  readonly passed: readonly Passed[];
}

/**
 * Finds out what is to be written before anything is.
 *
 * @throws CliError `USAGE` when a copy would replace something that is read, or another copy.
 */
export async function planCopies(inputs: AsyncIterable<Source | Passed>, out: string): Promise<CopyPlan> {
  const targets = new Map<string, Source>();
  const passed: Passed[] = [];
  for await (const input of inputs) {
    const found = isPassed(input) ? input : await passedOver(input);
    if (found !== undefined) passed.push(found);
    if (found !== undefined || isPassed(input)) continue;
    const target = join(out, input.inside);
    const other = targets.get(target);
    if (other !== undefined) throw new CliError('USAGE', `${other.name} and ${input.name} would both be written to ${target}: give each an --out of its own`);
    targets.set(target, input);
  }
  const read = new Set(await Promise.all([...targets.values()].map(({ name }) => identityOf(name))));
  for (const target of targets.keys()) {
    const there = await identityOf(target);
    if (there !== undefined && read.has(there)) throw new CliError('USAGE', `${target} is one of the inputs and would be written over: name another folder as --out`);
  }
  return { out, copies: [...targets].map(([target, source]) => ({ source, target })), passed };
}

/** A named file may be binary too: a copy of its text would be no copy. */
async function passedOver({ name }: Source): Promise<Passed | undefined> {
  try {
    return (await isBinary(name)) ? { name, why: 'unreadable', message: `cannot copy ${name}: it is binary, expected text` } : undefined;
  } catch (error) {
    return { name, why: 'unreadable', message: unreadable(name, error).message };
  }
}

/** Writes one copy, whole or not at all, readable by whom the original is. */
export async function writeCopy({ source, target }: Copy, out: string, bytes: AsyncIterable<Uint8Array>, stream: TextStream): Promise<void> {
  await makeFolder(dirname(target), out);
  const mode = await modeOf(source.name);
  await writeWhole(target, mode, async (write) => {
    for await (const piece of decodeText(bytes, { keepMark: true })) {
      const text = stream.push(piece);
      if (text !== '') await write(text);
    }
    await write(stream.flush());
  });
}

async function modeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Makes the folder of a copy. A link in the way could lead out of the folder that was named. */
async function makeFolder(folder: string, out: string): Promise<void> {
  const root = await realOf(out);
  let inside = root;
  try {
    await mkdir(root, { recursive: true });
    for (const name of relative(resolve(out), resolve(folder)).split(sep).filter((part) => part !== '')) {
      inside = join(inside, name);
      if (!(await isFolder(inside))) await mkdir(inside);
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    const why = systemCode(error) === 'EEXIST' ? 'a file is in its place' : systemReason(error);
    throw new CliError('INPUT', `cannot make the folder ${inside}: ${why}`, { cause: error });
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) throw new CliError('INPUT', `cannot write into ${path}: it is a link, which could lead out of the folder`);
    return found.isDirectory();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
