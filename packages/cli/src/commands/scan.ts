import type { Command } from 'commander';
import { CliError } from '../errors.js';
import type { Session } from '../session.js';
import { loadDetector, type Detector } from '../text/detector.js';
import { inputsOf } from '../text/inputs.js';
import { scanJsonl } from '../text/scan-jsonl.js';
import { isPassed, type Passed, type Source } from '../text/sources.js';
import { complete, list, lookOptions, wholeNumber } from './define.js';
import { scanInputs } from './scan-inputs.js';
import { checkFlags, exceptFor, type ScanFlags } from './scan-flags.js';

export function addScan(program: Command, session: Session): void {
  const command = program
    .command('scan')
    .summary('find personal data, secrets and attacks in text')
    .description('Finds personal data, secrets and what reads like an attack in files, folders or standard input, and tells where. Never prints what it found.')
    .argument('[path...]', 'files and folders; - or none for standard input')
    .option('--text <text>', 'scan this text')
    .option('--categories <list>', 'look for these only: names with commas; pii, secret and rule stand for all of a kind', list);
  lookOptions(command, 'find')
    .option('--context <n>', 'show up to n characters of the line on either side of each finding, with placeholders for all that was found', wholeNumber)
    .option('--html <file.html>', 'also write a page that shows the findings in their lines')
    .option('--show-values', 'DANGER: the page of --html shows every value in plain text')
    .option('--baseline <file>', 'report only what this file does not accept')
    .option('--write-baseline <file>', 'accept what is found: write it to this file, without values')
    .option('--jsonl', 'answer JSON lines {"id","text"} with JSON lines {"id","findings"}')
    .option('--json', 'print { findings: [{ source, line, column, kind, category, start, end }], … }')
    .action((paths: string[], flags: ScanFlags) => session.run('scan', flags, () => scan(session, paths, flags)));
  complete(command, {
    notes: [
      'Findings are of kind pii, secret or rule; a rule, such as sql_injection, is a text that reads like an attack. ' +
        'Lines and columns count from 1; start and end count UTF-16 units from 0, end is exclusive.',
      'Without --categories everything is looked for but date_time, since every line of a log begins with one.',
      'In folders, binary files, .git, node_modules and links are left out; a file that is named is always read.',
      'The page of --html loads nothing and runs nothing. It shows at most 500 lines of a file and 5,000 in all, and says how many are left out.',
      'With --write-baseline the command ends with code 0, and with --baseline it reports what is new. A baseline holds ' +
        'files, categories and keyed hashes. Whoever has it can guess short values, such as phone numbers: keep it as private as the files.',
      'With --jsonl each line {"id": 7, "text": "…"} is answered, in order, by ' +
        '{"id":7,"findings":[{"kind":"pii","category":"email","start":0,"end":14}]}. The id is a string or a number. ' +
        'A line that cannot be used ends the command with code 2, after the answers to the lines before it.',
    ],
    examples: [
      'enforcecore scan notes.txt src/ --context 40',
      'enforcecore scan logs/ --html report.html',
      'git diff | enforcecore scan',
      `enforcecore scan --text 'write to a@example.com' --categories email,secret`,
      `enforcecore scan . --pattern 'employee_id=EMP-\\d{6}' --names`,
      'enforcecore scan . --write-baseline known.json',
      'enforcecore scan . --baseline known.json',
      'enforcecore scan --jsonl < texts.jsonl > findings.jsonl',
    ],
    exits: ['nothing was found; with --jsonl or --write-baseline: done, whatever was found', 'something was found', 'asked wrongly, or an input cannot be read'],
  });
}

async function scan(session: Session, paths: readonly string[], flags: ScanFlags): Promise<void> {
  checkFlags(flags);
  const except = await exceptFor(flags, paths);
  const inputs = inputsOf(session.io, { paths, text: flags.text, verb: 'scan', reading: { folders: 'walk', except } });
  const detect = await loadDetector(flags);
  return flags.jsonl === true ? scanLines(session, inputs, detect) : scanInputs(session, inputs, detect, flags);
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
