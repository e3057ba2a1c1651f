import { Option, type Command } from 'commander';
import { asTrailError } from '../audit/open-log.js';
import { report } from '../audit/verify-report.js';
import { runVerification, type VerifyFlags } from '../audit/run-verification.js';
import { trailPlace } from '../audit/trail-place.js';
import { verdictOf } from '../audit/verdict-text.js';
import type { Session } from '../session.js';
import { complete, hexDigest, several, wholeNumber } from './define.js';

export function addVerify(program: Command, session: Session): void {
  const command = program
    .command('verify')
    .summary('check that an audit trail is whole and unchanged')
    .description('Checks an audit trail, all its segments included: that nothing in it was changed, removed or put in between.')
    .argument('<trail>', 'a file such as audit_logs/trail.jsonl, one closed segment, sqlite:PATH or postgres://user@host/database')
    .option('--key <key>', 'the verifier key of the log, or a file with some; again for more: every checkpoint must be signed by one of them', several)
    .option('--checkpoint <file>', 'a checkpoint kept elsewhere, which the trail must continue')
    .option('--witness-policy <file>', 'whose cosignatures make a checkpoint believable')
    .option('--witness <file>', 'the file that got the hash of every entry')
    .option('--expect-size <n>', 'the trail must have at least this many lines', wholeNumber)
    .option('--expect-root <hex>', 'the root of the tree when it had that many lines', hexDigest)
    .option('--from <n>', 'read from the newest checkpoint that covers no more than n lines; with --key only a signed one will do', wholeNumber)
    .addOption(new Option('--format <format>', 'who wrote the trail').choices(['auto', 'enforcecore', 'enforcecore-py']).default('auto'))
    .option('--json', 'print { valid, proven, notProven, entries, size, root, …, errors, checks }')
    .action((trail: string, flags: VerifyFlags) => session.run('verify', flags, () => verify(session, trail, flags)));
  complete(command, {
    notes: [
      'A trail alone cannot show that its end was cut off, or that it was written anew from the start. Give the key of ' +
        'the log, a policy of witnesses, or size and root that you kept elsewhere; the last lines say what was proven and what was not.',
      'A trail of the Python EnforceCore 1.6 to 1.14 is recognised by its first line, unless options are given that its format cannot meet.',
    ],
    examples: [
      'enforcecore verify audit_logs/trail.jsonl --key audit.pub',
      'enforcecore verify audit_logs/trail.jsonl --key audit.pub --witness-policy witnesses.txt',
      'enforcecore verify audit_logs/trail.jsonl --expect-size 1200 --expect-root 9f86d081884c7d65…',
      'enforcecore verify sqlite:audit.db --key audit.pub --from 1000000 --json',
    ],
    exits: ['the trail is valid', 'it is not valid, missing, empty, or cannot be read', 'asked wrongly, or a key, policy or checkpoint cannot be used'],
  });
}

async function verify(session: Session, trail: string, flags: VerifyFlags): Promise<void> {
  const place = trailPlace(trail);
  try {
    const run = await runVerification(session, place, flags);
    if (!run.result.valid) session.raise(1);
    const verdict = verdictOf(run.result, run.anchors);
    if (flags.json === true) await session.printJson({ trail: place.shown, format: run.anchors.format, ...verdict, ...run.result });
    else await session.print(report(session, place.shown, run, verdict));
  } catch (error) {
    const refused = await asTrailError(error);
    if (refused === undefined) throw error;
    // A trail that cannot be read is not valid, which is an answer and no misuse.
    session.raise(1);
    const { code, message } = refused;
    if (flags.json === true) await session.printJson({ trail: place.shown, valid: false, error: { code, message } });
    await session.complain(message);
  }
}
