import { CliError } from '../errors.js';
import { counted, countsText } from '../render/amounts.js';
import { FileProgress } from '../render/file-progress.js';
import { plainText } from '../render/plain-text.js';
import type { Session } from '../session.js';
import { planCopies, writeCopy, type Copy } from '../text/copies.js';
import type { Passed, Source } from '../text/sources.js';
import type { Rewriting } from './rewrite.js';

export interface CopyOptions {
  readonly out: string;
  readonly json: boolean;
  readonly stop: AbortSignal;
}

interface Written {
  readonly source: string;
  readonly file: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** More names than this say nothing on a terminal; JSON has them all. */
const mostNamed = 20;

/** Writes a changed copy of every file and tells what came of it. */
export async function writeCopies(session: Session, inputs: AsyncIterable<Source | Passed>, options: CopyOptions, rewriting: Rewriting): Promise<void> {
  const { out, stop } = options;
  const { copies, passed } = await planCopies(inputs, out);
  const progress = new FileProgress(session, rewriting.doing, copies.length);
  const written: Written[] = [];
  const unreadable: string[] = [];
  const fail = async (name: string, message: string): Promise<void> => {
    session.raise(2);
    unreadable.push(name);
    await progress.clear();
    await session.complain(message);
  };
  for (const { name, why, message } of passed) if (why === 'unreadable') await fail(name, message);
  for (const copy of copies) {
    if (stop.aborted) break;
    progress.begin(copy.source.name);
    const stream = rewriting.stream();
    try {
      await writeCopy(copy, out, progress.counting(copy.source.read()), stream);
      written.push({ source: copy.source.name, file: copy.target, counts: stream.counts });
    } catch (error) {
      await fail(copy.source.name, refusalOf(error, copy));
    }
  }
  await progress.clear();
  const left = copies.length - written.length;
  if (stop.aborted && left > 0) {
    session.raise(2);
    await session.complain(`interrupted: ${counted(left, 'file')} not written`);
  }
  const binary = passed.filter(({ why }) => why === 'binary').map(({ name }) => name);
  return conclude(session, options, { written, binary, unreadable }, rewriting);
}

/** The other files are still worth writing; what fails for all of them is thrown on. */
function refusalOf(error: unknown, { source }: Copy): string {
  if (error instanceof CliError && error.code === 'INPUT') return error.message;
  if (error instanceof Error && error.name === 'RedactError' && 'code' in error && error.code === 'BUDGET') return `${source.name} was not written: ${error.message}`;
  throw error;
}

interface Outcome {
  readonly written: readonly Written[];
  readonly binary: readonly string[];
  readonly unreadable: readonly string[];
}

async function conclude(session: Session, { out, json }: CopyOptions, { written, binary, unreadable }: Outcome, { done }: Rewriting): Promise<void> {
  const sums = new Map<string, number>();
  for (const { counts } of written) for (const [category, count] of Object.entries(counts)) sums.set(category, (sums.get(category) ?? 0) + count);
  const counts = Object.fromEntries(sums);
  if (json) return session.printJson({ out, files: written, counts, binary, unreadable });
  for (const name of binary.slice(0, mostNamed)) await session.note(`left out, for it is binary: ${plainText(name)}`);
  const touched = written.filter((file) => Object.keys(file.counts).length > 0).length;
  const what = touched === 0 ? `nothing ${done}` : `${done} in ${counted(touched, 'file')}: ${countsText(counts)}`;
  const rest = [
    ...(binary.length === 0 ? [] : [`${counted(binary.length, 'binary file')} left out`]),
    ...(unreadable.length === 0 ? [] : [`${String(unreadable.length)} not written`]),
  ];
  return session.note([`${counted(written.length, 'file')} written to ${plainText(out)}; ${what}`, ...rest].join('; '));
}
