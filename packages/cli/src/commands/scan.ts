import type { Command } from 'commander';
import { CliError } from '../errors.js';
import { ScanReport } from '../render/scan-report.js';
import type { CommonFlags, Session } from '../session.js';
import { loadDetector, type Detector } from '../text/detector.js';
import { inputsOf } from '../text/inputs.js';
import { decodeText } from '../text/read-text.js';
import { scanJsonl } from '../text/scan-jsonl.js';
import { isPassed, type Passed, type Source } from '../text/sources.js';
import { TextScanner } from '../text/text-scanner.js';
import { complete, list } from './define.js';

interface Flags extends CommonFlags {
  readonly text?: string;
  readonly jsonl?: boolean;
  readonly categories?: readonly string[];
}

export function addScan(program: Command, session: Session): void {
  const command = program
    .command('scan')
    .summary('find personal data, secrets and attacks in text')
    .description('Finds personal data, secrets and what reads like an attack in files, folders or standard input, and tells where. Never prints what it found.')
    .argument('[path...]', 'files and folders; - or none for standard input')
    .option('--text <text>', 'scan this text')
    .option('--categories <list>', 'look for these only: names with commas; pii, secret and rule stand for all of a kind', list)
    .option('--jsonl', 'answer JSON lines {"id","text"} with JSON lines {"id","findings"}')
    .option('--json', 'print { findings: [{ source, line, column, kind, category, start, end }], … }')
    .action((paths: string[], flags: Flags) => session.run('scan', flags, () => scan(session, paths, flags)));
  complete(command, {
    notes: [
      'Findings are of kind pii, secret or rule; a rule, such as sql_injection, is a text that reads like an attack. ' +
        'Lines and columns count from 1; start and end count UTF-16 units from 0, end is exclusive.',
      'In folders, binary files, .git, node_modules and links are left out; a file that is named is always read.',
      'With --jsonl each line {"id": 7, "text": "…"} is answered, in order, by ' +
        '{"id":7,"findings":[{"kind":"pii","category":"email","start":0,"end":14}]}. The id is a string or a number. ' +
        'A line that cannot be used ends the command with code 2, after the answers to the lines before it.',
    ],
    examples: [
      'enforcecore scan notes.txt src/',
      'git diff | enforcecore scan',
      `enforcecore scan --text 'write to a@example.com' --categories email,secret`,
      'enforcecore scan --jsonl < texts.jsonl > findings.jsonl',
    ],
    exits: ['nothing was found; with --jsonl: done, whatever was found', 'something was found', 'asked wrongly, or an input cannot be read'],
  });
}

async function scan(session: Session, paths: readonly string[], flags: Flags): Promise<void> {
  const inputs = inputsOf(session.io, { paths, text: flags.text, verb: 'scan', folders: 'walk' });
  if (flags.jsonl === true && flags.json === true) {
    throw new CliError('USAGE', 'choose one: --json prints one document, --jsonl answers line by line');
  }
  const detect = await loadDetector(flags.categories);
  if (flags.jsonl === true) return scanLines(session, inputs, detect);
  const report = new ScanReport(session, flags.json === true);
  for await (const input of inputs) {
    if (isPassed(input)) await pass(session, report, input);
    else await scanSource(session, report, input, detect);
  }
  return report.conclude();
}

async function pass(session: Session, report: ScanReport, { name, why, message }: Passed): Promise<void> {
  if (why === 'binary') {
    report.leftOut(name);
    return session.log.write('info', 'binary file left out', { file: name });
  }
  session.raise(2);
  report.failed(name);
  return session.complain(message);
}

async function scanSource(session: Session, report: ScanReport, source: Source, detect: Detector): Promise<void> {
  const scanner = new TextScanner(detect);
  report.begin(source.name);
  try {
    for await (const piece of decodeText(source.read())) await report.add(scanner.push(piece));
    await report.add(scanner.end());
  } catch (error) {
    // The other inputs are still worth reading; the exit code says that not all was.
    if (!(error instanceof CliError) || error.code !== 'INPUT') throw error;
    await report.add(scanner.end());
    session.raise(2);
    report.failed(source.name);
    await session.complain(error.message);
  }
}

async function scanLines(session: Session, inputs: AsyncIterable<Source | Passed>, detect: Detector): Promise<void> {
  const startedAt = session.io.monotonicMs();
  let lines = 0;
  for await (const input of inputs) {
    if (isPassed(input)) throw new CliError('INPUT', input.message);
    lines += await scanJsonl(input, detect, (text) => session.print(text));
  }
  await session.log.write('info', 'lines answered', { lines, durationMs: Math.round(session.io.monotonicMs() - startedAt) });
}
