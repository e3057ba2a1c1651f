import { InvalidArgumentError, type Command } from 'commander';
import { ownPattern } from '../text/own-patterns.js';

/** What a command's help says below its options. */
export interface HelpPages {
  /** One paragraph each. */
  readonly notes?: readonly string[];
  readonly examples: readonly string[];
  readonly exits: readonly [ok: string, found: string, refused: string];
}

/** Gives a command the options that all have, and its examples and exit codes. */
export function complete(command: Command, { notes = [], examples, exits }: HelpPages): Command {
  const sections = [
    ...notes.map(wrapped),
    ['Examples:', ...examples.map((example) => `  $ ${example}`)].join('\n'),
    ['Exit codes:', ...exits.map((meaning, code) => `  ${String(code)}  ${meaning}`)].join('\n'),
  ];
  return command.option('--verbose', 'log to standard error, one JSON object a line').addHelpText('after', `\n${sections.join('\n\n')}`);
}

/** The options of what to look for. */
export function lookOptions(command: Command, verb: string): Command {
  return command
    .option('--pattern <name=regex>', `${verb} what this pattern of RE2 syntax matches too, under this name; again for more`, ownPattern)
    .option('--names', `${verb} names of people, places and organisations too; needs the package compromise`)
    .option('--no-base64', 'leave what is inside base64 alone');
}

/** Lines of at most 80 characters. */
function wrapped(paragraph: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > 80) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Expected a whole number of at least 0.');
  return Number(text);
}

export function hexDigest(text: string): string {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new InvalidArgumentError('Expected the 64 hexadecimal digits of a head.');
  return text.toLowerCase();
}

export function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('Expected a port from 0 to 65535.');
  return Number(text);
}

/** An option that may be given again for more. */
export function several(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** A list with commas, given once or many times. */
export function list(text: string, before: readonly string[] = []): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('Expected names with commas between them.');
  return [...before, ...names];
}
