import type { VerificationCheck, VerificationResult, VerifyOptions } from '@enforcecore/audit';
import type { Command } from 'commander';
import { bytesText, counted, durationText, grouped } from '../render/amounts.js';
import { plainText } from '../render/plain-text.js';
import { Progress } from '../render/progress.js';
import { renderTable } from '../render/table.js';
import type { CommonFlags, Session } from '../session.js';
import { complete, hexDigest, wholeNumber } from './define.js';

interface Flags extends CommonFlags {
  readonly expectSize?: number;
  readonly expectRoot?: string;
  readonly witness?: string;
}

/** Errors that a person is shown; `--json` has more. */
const shownErrors = 10;

export function addVerify(program: Command, session: Session): void {
  const command = program
    .command('verify')
    .summary('check that an audit trail is whole and unchanged')
    .description('Checks an audit trail, all its segments included: that nothing in it was changed, removed or put in between.')
    .argument('<trail>', 'the trail, such as audit_logs/trail.jsonl, or one closed segment')
    .option('--expect-size <n>', 'the trail must have at least this many lines', wholeNumber)
    .option('--expect-root <hex>', 'the root of the tree when it had that many lines', hexDigest)
    .option('--witness <file>', 'the file that got the hash of every entry')
    .option('--json', 'print { valid, entries, size, root, …, errors, checks }')
    .action((trail: string, flags: Flags) => session.run('verify', flags, () => verify(session, trail, flags)));
  complete(command, {
    notes: [
      'A trail alone cannot show that its end was cut off, or that it was written anew from the start. Keep size and ' +
        'root somewhere else, and give them the next time; or let a witness keep the hashes.',
    ],
    examples: [
      'enforcecore verify audit_logs/trail.jsonl',
      'enforcecore verify audit_logs/trail.jsonl --expect-size 1200 --expect-root 9f86d081884c7d65…',
      'enforcecore verify audit_logs/trail.jsonl --witness /mnt/witness/hashes --json',
    ],
    exits: ['the trail is valid', 'it is not valid, missing, or cannot be read', 'asked wrongly'],
  });
}

async function verify(session: Session, trail: string, flags: Flags): Promise<void> {
  const { verifyTrail, TrailError } = await import('@enforcecore/audit');
  const progress = new Progress(session, 'verifying');
  const startedAt = session.io.monotonicMs();
  let bytes = 0;
  const options: VerifyOptions = {
    expectSize: flags.expectSize,
    expectRoot: flags.expectRoot,
    witnessFile: flags.witness,
    onProgress: (done, total) => {
      bytes = total;
      progress.show(done, total);
    },
  };
  try {
    const result = await verifyTrail(trail, options).finally(() => progress.clear());
    const ms = session.io.monotonicMs() - startedAt;
    if (!result.valid) session.raise(1);
    if (flags.json === true) await session.printJson({ trail, ...result });
    else await session.print(report(session, trail, result, { bytes, ms }, flags));
  } catch (error) {
    if (!(error instanceof TrailError)) throw error;
    // A trail that cannot be read is not valid, which is an answer and no misuse.
    session.raise(1);
    if (flags.json === true) await session.printJson({ trail, valid: false, error: { code: error.code, message: error.message } });
    await session.complain(error.message);
  }
}

function report(session: Session, trail: string, result: VerificationResult, work: { bytes: number; ms: number }, flags: Flags): string {
  const { paint } = session;
  const verdict = result.valid ? paint('green', 'VALID') : paint('red', 'NOT VALID');
  const facts = [
    counted(result.entries, 'entry', 'entries'),
    counted(result.size, 'line'),
    counted(result.writers, 'writer'),
    counted(result.segments, 'file'),
    ...(result.recovered > 0 ? [`${grouped(result.recovered)} recovered`] : []),
  ];
  // The speed of a short reading is that of starting it.
  const speed = work.ms < 200 ? '' : `, ${grouped(Math.round((result.size / work.ms) * 1000))} lines/s`;
  return [
    `${verdict}  ${plainText(trail)}\n\n`,
    renderTable(result.checks.map((check) => [mark(session, check), check.name, plainText(check.detail)]), { indent: '  ' }),
    `\n${facts.join(', ')}\n`,
    paint('dim', `${bytesText(work.bytes)} in ${durationText(work.ms)}${speed}`),
    `\nsize ${String(result.size)}\nroot ${result.root}\n`,
    errorsText(session, result),
    result.valid && flags.expectSize === undefined && flags.witness === undefined ? hint(session, trail, result) : '',
  ].join('');
}

function mark({ paint }: Session, { status }: VerificationCheck): string {
  switch (status) {
    case 'pass':
      return paint('green', '✓ pass');
    case 'fail':
      return paint('red', '✗ FAIL');
    case 'unknown':
      return paint('yellow', '? unknown');
  }
}

function errorsText({ paint }: Session, { errors }: VerificationResult): string {
  if (errors.length === 0) return '';
  const lines = errors.slice(0, shownErrors).map(({ file, line, code, message }) => {
    const where = line === 0 ? file : `${file}:${String(line)}`;
    return `${plainText(where)} ${paint('red', code)}: ${plainText(message)}\n`;
  });
  const rest = errors.length - shownErrors;
  return `\n${lines.join('')}${rest > 0 ? `and at least ${counted(rest, 'more error')}; --json lists them\n` : ''}`;
}

function hint({ paint }: Session, trail: string, { size, root }: VerificationResult): string {
  const command = `enforcecore verify ${plainText(trail)} --expect-size ${String(size)} --expect-root ${root}`;
  return paint('dim', `\nKeep size and root elsewhere; then this also finds lines cut off at the end:\n  ${command}`) + '\n';
}
