import type { Finding, RedactionSpec, Redactor } from '@enforcecore/redact';
import { readFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { CliError, unreadable } from '../errors.js';
import { countsText } from '../render/amounts.js';
import type { CommonFlags, Session } from '../session.js';
import { allCategories, pickCategories } from '../text/categories.js';
import { inputsOf } from '../text/inputs.js';
import { decodeText, readAll } from '../text/read-text.js';
import { isPassed, type Source } from '../text/sources.js';
import { complete, list } from './define.js';

interface Flags extends CommonFlags {
  readonly text?: string;
  readonly strategy: NonNullable<RedactionSpec['strategy']>;
  readonly categories?: readonly string[];
  readonly hashKeyFile?: string;
}

const strategies: readonly Flags['strategy'][] = ['placeholder', 'mask', 'hash', 'remove'];
/** `--json` needs the whole text at once. */
const largestJson = 128 * 1024 * 1024;

export function addRedact(program: Command, session: Session): void {
  const command = program
    .command('redact')
    .summary('hide personal data and secrets in text')
    .description('Writes text with personal data and secrets replaced to standard output, line by line as it arrives.')
    .argument('[path...]', 'files, written one after the other; - or none for standard input')
    .option('--text <text>', 'redact this text')
    .addOption(new Option('--strategy <strategy>', 'what to write instead').choices(strategies).default('placeholder'))
    .option('--hash-key-file <file>', 'the key of --strategy hash; without one every run hashes differently')
    .option('--categories <list>', 'hide these only: names with commas; pii and secret stand for all of a kind', list)
    .option('--json', 'print { inputs: [{ source, text, findings: [{ kind, category, start, end }] }] }')
    .action((paths: string[], flags: Flags) => session.run('redact', flags, () => redact(session, paths, flags)));
  complete(command, {
    notes: [
      'Output is UTF-8. A line is written when it is complete, a private key when it has ended. Offsets of --json are ' +
        'UTF-16 units of the text as given.',
    ],
    examples: [
      'tail -f app.log | enforcecore redact',
      'enforcecore redact notes.txt --strategy mask > notes.clean.txt',
      `enforcecore redact --text 'call 555-123-4567' --categories phone`,
    ],
    exits: ['done, whatever was hidden', 'never', 'asked wrongly, or an input cannot be read'],
  });
}

async function redact(session: Session, paths: readonly string[], flags: Flags): Promise<void> {
  const inputs = inputsOf(session.io, { paths, text: flags.text, verb: 'redact', folders: 'refuse' });
  const { Redactor } = await import('@enforcecore/redact');
  // A rule is not data to hide, so to name one here would promise what nothing does.
  const { pii, secret } = pickCategories(flags.categories, { ...(await allCategories()), rule: [] });
  const redactor = new Redactor({
    categories: pii,
    secrets: secret.length > 0,
    secretCategories: secret,
    strategy: flags.strategy,
    hashKey: hashKeyOf(flags),
  });
  const done: { source: string; text: string; findings: readonly Finding[] }[] = [];
  for await (const input of inputs) {
    if (isPassed(input)) {
      session.raise(2);
      await session.complain(input.message);
    } else if (flags.json === true) {
      const raw = await readAll(input.read(), input.name, largestJson, { keepMark: true });
      done.push({ source: input.name, ...redactor.redact(raw) });
    } else {
      await redactStream(session, redactor, input);
      if (flags.text !== undefined) await session.print('\n');
    }
  }
  if (flags.json === true) await session.printJson({ inputs: done });
}

async function redactStream(session: Session, redactor: Redactor, source: Source): Promise<void> {
  const stream = redactor.stream();
  for await (const piece of decodeText(source.read(), { keepMark: true })) {
    const text = stream.push(piece);
    if (text !== '') await session.print(text);
  }
  const rest = stream.flush();
  if (rest !== '') await session.print(rest);
  await session.log.write('info', 'input redacted', { source: source.name, hidden: countsText(stream.counts) });
}

/** A key on the command line would stand in the list of processes. */
function hashKeyOf({ strategy, hashKeyFile }: Flags): Uint8Array | undefined {
  if (hashKeyFile === undefined) return undefined;
  if (strategy !== 'hash') throw new CliError('USAGE', '--hash-key-file is for --strategy hash');
  try {
    const key = readFileSync(hashKeyFile);
    if (key.length < 16) throw new CliError('INPUT', `the key in ${hashKeyFile} is refused: expected at least 16 bytes, got ${String(key.length)}`);
    return key;
  } catch (error) {
    throw error instanceof CliError ? error : unreadable(hashKeyFile, error);
  }
}
