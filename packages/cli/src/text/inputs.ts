import { CliError } from '../errors.js';
import type { Io } from '../io.js';
import { inputSource, sourcesOf, standardInput, textSource, type Passed, type Reading, type Source } from './sources.js';

/** What a command line asks to read. */
export interface Asked {
  readonly paths: readonly string[];
  readonly text: string | undefined;
  readonly verb: string;
  readonly reading: Reading;
}

/**
 * Paths, a text or standard input.
 *
 * @throws CliError `USAGE` for a mixture, and for nothing at all on a terminal, which would wait for ever.
 */
export function inputsOf(io: Io, { paths, text, verb, reading }: Asked): AsyncIterable<Source | Passed> {
  if (text !== undefined) {
    if (paths.length > 0) throw new CliError('USAGE', 'choose one: --text, or files');
    return once(textSource(text));
  }
  if (paths.length > 0) {
    if (paths.filter((path) => path === standardInput).length > 1) throw new CliError('USAGE', 'standard input (-) can be read once');
    return sourcesOf(paths, io.stdin, reading);
  }
  if (io.stdin.isTerminal) throw new CliError('USAGE', `nothing to ${verb}: name files, give --text, or send text through a pipe`);
  return once(inputSource(io.stdin, reading.stop));
}

async function* once(source: Source): AsyncGenerator<Source> {
  yield await Promise.resolve(source);
}
