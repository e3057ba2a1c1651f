import type { AuditStore, JsonlTarget, Migration } from '@enforcecore/audit';
import type { Command } from 'commander';
import { answering } from '../../audit/answering.js';
import { realOf } from '../../own-files.js';
import { openStore, withLog, type LogReader } from '../../audit/open-log.js';
import { trailPlace, type TrailPlace } from '../../audit/trail-place.js';
import { CliError } from '../../errors.js';
import { counted, durationText, grouped } from '../../render/amounts.js';
import { Counting } from '../../render/counting.js';
import { plainText } from '../../render/plain-text.js';
import type { CommonFlags, Session } from '../../session.js';
import { complete } from '../define.js';

export function addMigrate(group: Command, session: Session): void {
  const command = group
    .command('migrate')
    .summary('move a trail to another store, with the same root')
    .description('Copies a trail with all its entries and checkpoints to another store, reads it back, and compares byte by byte: size and root are the same on both sides.')
    .argument('<from>', 'the trail: a file, sqlite:PATH or postgres://…')
    .argument('<to>', 'where it goes: the same kinds; empty, or begun by this command before')
    .option('--json', 'print { from, to, size, root, moved, checkpoints }')
    .action((from: string, to: string, flags: CommonFlags) => session.run('audit migrate', flags, () => run(session, from, to, flags)));
  complete(command, {
    notes: [
      'Stop the programs that write the trail first: entries that come after the copy has read them are not in it, and calls that are open stay behind. ' +
        'The source is left as it is. Interrupted, the same command goes on where a database had come to; a file begins anew.',
    ],
    examples: [
      'enforcecore audit migrate audit_logs/trail.jsonl sqlite:audit.db',
      'enforcecore audit migrate sqlite:audit.db postgres://audit@db.example.com/audit',
      'enforcecore audit migrate sqlite:audit.db audit_logs/trail.jsonl',
    ],
    exits: ['the target is the source', 'the source is not what its checkpoints say, or the target holds something else', 'asked wrongly, or a store cannot be opened'],
  });
}

async function run(session: Session, given: string, target: string, flags: CommonFlags): Promise<void> {
  const [from, to] = [trailPlace(given), trailPlace(target)];
  if (await isSame(from, to)) throw new CliError('USAGE', `${from.shown} and ${to.shown} are the same: name another target`);
  const startedAt = session.io.monotonicMs();
  const moved = await withLog(given, async (log) => {
    // A target must not be made for a source that is not there.
    await log.start();
    return move(session, log, to);
  });
  if (moved === undefined) return;
  if (flags.json === true) {
    await session.printJson({ from: from.shown, to: to.shown, ...moved });
    return;
  }
  const { size, root, moved: lines, checkpoints } = moved;
  await session.print(`${session.paint('green', 'the same on both sides')}\nsize ${String(size)}\nroot ${root}\n`);
  const already = size - lines;
  await session.note(
    `${counted(lines, 'line')} and ${counted(checkpoints, 'checkpoint')} copied to ${plainText(to.shown)} in ${durationText(session.io.monotonicMs() - startedAt)}` +
      `${already > 0 ? `; ${grouped(already)} were there, or deleted, before` : ''}; check it with enforcecore verify`,
  );
}

async function isSame(from: TrailPlace, to: TrailPlace): Promise<boolean> {
  if (from.kind === 'postgres' || to.kind === 'postgres') return from.kind === to.kind && from.shown === to.shown;
  return (await realOf(from.path)) === (await realOf(to.path));
}

async function move(session: Session, log: LogReader, to: TrailPlace): Promise<Migration | undefined> {
  if (to.kind === 'file') {
    const { jsonlTarget } = await import('@enforcecore/audit');
    return copy(session, log, jsonlTarget(to.path));
  }
  const store = await openStore(to);
  try {
    return await copy(session, log, store);
  } finally {
    await store.close();
  }
}

async function copy(session: Session, log: LogReader, target: AuditStore | JsonlTarget): Promise<Migration | undefined> {
  const { migrate } = await import('@enforcecore/audit');
  const counting = new Counting(session, 'copying');
  const onProgress = (leaves: number): void => { counting.show(leaves); };
  // That the target holds something else is an answer, too.
  return answering(session, () => migrate(log, target, { onProgress }).finally(() => counting.clear()), ['STORE']);
}
