import { CliError } from '../errors.js';
import { identityOf, realPaths } from '../own-files.js';
import type { CommonFlags } from '../session.js';
import type { LookFlags } from '../text/look-for.js';

export interface ScanFlags extends CommonFlags, LookFlags {
  readonly text?: string;
  readonly jsonl?: boolean;
  readonly context?: number;
  readonly html?: string;
  readonly showValues?: boolean;
  readonly baseline?: string;
  readonly writeBaseline?: string;
}

const mostContext = 1_000;

/** @throws CliError `USAGE` for options that contradict each other. */
export function checkFlags(flags: ScanFlags): void {
  const { json, jsonl, context, html, showValues, baseline, writeBaseline } = flags;
  const refuse = (message: string): never => {
    throw new CliError('USAGE', message);
  };
  if (jsonl === true && json === true) refuse('choose one: --json prints one document, --jsonl answers line by line');
  const beside = { '--context': context, '--html': html, '--baseline': baseline, '--write-baseline': writeBaseline };
  const useless = Object.entries(beside).find(([, value]) => value !== undefined);
  if (jsonl === true && useless !== undefined) refuse(`${useless[0]} is not for --jsonl, which answers with offsets only`);
  if (context !== undefined && (context < 1 || context > mostContext)) refuse(`--context takes 1 to ${String(mostContext)} characters, got ${String(context)}`);
  if (showValues === true && html === undefined) refuse('--show-values is for the page of --html: nothing else ever shows values');
  // In front of the inputs, the option would take the first of them for the file to write.
  if (html !== undefined && !/\.html?$/i.test(html)) refuse('--html takes the name of a file that ends in .html');
  if (baseline !== undefined && writeBaseline !== undefined) refuse('choose one: --baseline reads, --write-baseline writes');
}

/** What the command writes or reads for itself is no input of a folder, and an input that is named is not written over. */
export async function exceptFor({ html, baseline, writeBaseline }: ScanFlags, paths: readonly string[]): Promise<ReadonlySet<string>> {
  for (const path of [html, writeBaseline]) {
    const own = path === undefined ? undefined : await identityOf(path);
    for (const named of own === undefined ? [] : paths) {
      if ((await identityOf(named)) === own) throw new CliError('USAGE', `${named} is to be scanned, and would be written over: name another file to write`);
    }
  }
  return realPaths([html, baseline, writeBaseline]);
}
