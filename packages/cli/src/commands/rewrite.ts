import { CliError } from '../errors.js';
import { untilInterrupted } from '../io.js';
import { countsText } from '../render/amounts.js';
import { realOf, realPaths } from '../own-files.js';
import type { CommonFlags, Session } from '../session.js';
import { inputsOf } from '../text/inputs.js';
import { decodeText, readAll } from '../text/read-text.js';
import { isPassed, standardInput, type Source } from '../text/sources.js';
import type { TextStream } from '../text/text-stream.js';
import { writeCopies } from './write-copies.js';

export interface RewriteFlags extends CommonFlags {
  readonly text?: string;
  readonly out?: string;
}

/** How a command changes text. */
export interface Rewriting {
  readonly verb: string;
  readonly doing: string;
  readonly done: string;
  /** Files of the command itself, which no folder offers as input. */
  readonly own: readonly (string | undefined)[];
  stream(): TextStream;
  /** What JSON tells of a whole text. */
  whole(text: string): object;
}

/** JSON needs the whole text at once. */
const largestJson = 128 * 1024 * 1024;

/** Changes every input: to standard output as it arrives, or into a folder. */
export function rewrite(session: Session, paths: readonly string[], flags: RewriteFlags, rewriting: Rewriting): Promise<void> {
  return untilInterrupted(session.io, (stop) => (flags.out === undefined ? toOutput(session, paths, flags, rewriting, stop) : toFolder(session, paths, { ...flags, out: flags.out }, rewriting, stop)));
}

async function toFolder(session: Session, paths: readonly string[], flags: RewriteFlags & { readonly out: string }, rewriting: Rewriting, stop: AbortSignal): Promise<void> {
  const { out, text, json = false } = flags;
  if (text !== undefined || paths.length === 0 || paths.includes(standardInput)) throw new CliError('USAGE', '--out is for files and folders: name some');
  const target = await realOf(out);
  for (const path of paths) if ((await realOf(path)) === target) throw new CliError('USAGE', `--out ${out} is what is read: name another folder`);
  const except = await realPaths([out, ...rewriting.own]);
  const inputs = inputsOf(session.io, { paths, text, verb: rewriting.verb, reading: { folders: 'walk', except, stop } });
  return writeCopies(session, inputs, { out, json, stop }, rewriting);
}

async function toOutput(session: Session, paths: readonly string[], flags: RewriteFlags, rewriting: Rewriting, stop: AbortSignal): Promise<void> {
  const { text, json = false } = flags;
  const reading = { folders: 'refuse', advice: 'expected a file; --out writes the files of a folder to another', stop } as const;
  const done: object[] = [];
  for await (const input of inputsOf(session.io, { paths, text, verb: rewriting.verb, reading })) {
    if (isPassed(input)) {
      session.raise(2);
      await session.complain(input.message);
    } else if (json) {
      const raw = await readAll(input.read(), input.name, largestJson, { keepMark: true });
      done.push({ source: input.name, ...rewriting.whole(raw) });
    } else {
      await pipe(session, rewriting, input);
      if (text !== undefined) await session.print('\n');
    }
  }
  if (json) await session.printJson({ inputs: done });
}

async function pipe(session: Session, rewriting: Rewriting, source: Source): Promise<void> {
  const stream = rewriting.stream();
  for await (const piece of decodeText(source.read(), { keepMark: true })) {
    const text = stream.push(piece);
    if (text !== '') await session.print(text);
  }
  const rest = stream.flush();
  if (rest !== '') await session.print(rest);
  await session.log.write('info', `input ${rewriting.done}`, { source: source.name, found: countsText(stream.counts) });
}
