import type { CheckpointRecord, Signer } from '@enforcecore/audit';
import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { answering } from '../../audit/answering.js';
import { judgeNote, type JudgedNote } from '../../audit/judge-note.js';
import { withLog } from '../../audit/open-log.js';
import { refuseOverwriting } from '../../audit/refuse-overwriting.js';
import { refuseOtherSigner, refuseSegment } from '../../audit/refuse-spoiling.js';
import { signerOf } from '../../audit/signer.js';
import { trailPlace } from '../../audit/trail-place.js';
import { withDatabaseTrail } from '../../audit/with-database-trail.js';
import { CliError } from '../../errors.js';
import { plainLines, plainText } from '../../render/plain-text.js';
import type { CommonFlags, Session } from '../../session.js';
import { writeWhole } from '../../write-whole.js';
import { complete } from '../define.js';

interface Flags extends CommonFlags {
  readonly keyFile?: string;
  readonly latest?: boolean;
  readonly out?: string;
}

export function addCheckpoint(group: Command, session: Session): void {
  const command = group
    .command('checkpoint')
    .summary('make a checkpoint of a trail, or print the latest one')
    .description('Makes a checkpoint: size and root of the trail now, signed with the key of the log, kept beside the trail and printed (C2SP tlog-checkpoint).')
    .argument('<trail>', 'the trail: a file, sqlite:PATH or postgres://…')
    .option('--key-file <file>', 'the signing key, as keygen writes it; ENFORCECORE_AUDIT_KEY_FILE or ENFORCECORE_AUDIT_KEY by default')
    .option('--latest', 'make none: print the latest one that is there')
    .option('--out <file>', 'write the checkpoint to this file too')
    .option('--json', 'print { origin, size, root, signed, time, note }')
    .action((trail: string, flags: Flags) => session.run('audit checkpoint', flags, () => answering(session, () => checkpoint(session, trail, flags))));
  complete(command, {
    notes: [
      'Keep a checkpoint where the host of the trail cannot write, and give it to verify --checkpoint: then nobody can cut the trail shorter than that, or write it anew. ' +
        'Running programs make checkpoints themselves; this is for one now.',
      'Making one opens the trail as a program does: calls whose process died are recorded with the outcome unknown.',
    ],
    examples: [
      'enforcecore audit checkpoint audit_logs/trail.jsonl --key-file audit.key --out today.checkpoint',
      'enforcecore audit checkpoint sqlite:audit.db --latest',
    ],
    exits: ['the checkpoint was made, or is there', 'the trail is not the one that its checkpoints describe, or there is no checkpoint', 'asked wrongly, or key or trail cannot be used'],
  });
}

async function checkpoint(session: Session, trail: string, flags: Flags): Promise<void> {
  if (flags.latest === true && flags.keyFile !== undefined) throw new CliError('USAGE', 'choose one: --latest makes no checkpoint, so it needs no key');
  await refuseOverwriting(flags.out, trail, [flags.keyFile, session.io.env['ENFORCECORE_AUDIT_KEY_FILE']]);
  const signer = flags.latest === true ? undefined : await signerOf(session.io.env, flags.keyFile);
  const place = trailPlace(trail);
  const record = await (flags.latest === true ? latestOf(trail) : make(session, trail, signer));
  if (record === null) {
    session.raise(1);
    await session.complain(`${place.shown} has no checkpoint${flags.latest === true ? ': make one without --latest' : ', as it has no entry'}`);
    return;
  }
  const judged = await judgeNote(place.shown, record.note, [], undefined);
  if (flags.out !== undefined) await writeWhole(flags.out, undefined, (write) => write(record.note));
  await tell(session, flags, record, judged);
  if (signer !== undefined) await refuseUnsigned(session, record, judged, signer);
}

async function tell(session: Session, flags: Flags, record: CheckpointRecord, { checkpoint: said, unknown }: JudgedNote): Promise<void> {
  const { origin, size, root } = said;
  if (flags.json === true) await session.printJson({ origin, size, root, signed: unknown > 0, time: record.time, note: record.note });
  else await session.print(plainLines(record.note));
  const signed = unknown === 0 ? 'not signed: give --key-file' : `with ${String(unknown)} ${unknown === 1 ? 'signature' : 'signatures'}`;
  await session.note(`size ${String(size)} of ${plainText(origin)}, ${signed}${flags.out === undefined ? '' : `; written to ${flags.out}`}`);
}

/** The latest checkpoint may cover everything already, and be somebody else's. */
async function refuseUnsigned(session: Session, { note }: CheckpointRecord, { checkpoint: { size } }: JudgedNote, signer: Signer): Promise<void> {
  const { parseVerifierKey } = await import('@enforcecore/audit');
  const { isSigned } = await judgeNote('the checkpoint', note, [parseVerifierKey(signer.verifierKey)], undefined);
  if (isSigned === true) return;
  session.raise(1);
  await session.complain(`the checkpoint at size ${String(size)} was there already, and is not signed with this key: it can sign the next one, after another entry`);
}

async function latestOf(trail: string): Promise<CheckpointRecord | null> {
  return withLog(trail, async (log) => log.lastCheckpoint());
}

async function make(session: Session, given: string, signer: Signer | undefined): Promise<CheckpointRecord | null> {
  const { openTrail } = await import('@enforcecore/audit');
  const place = trailPlace(given);
  // Opening would create it.
  if (place.kind !== 'postgres' && !existsSync(place.path)) throw new CliError('INPUT', `cannot read ${place.shown}: there is no such file`);
  await withLog(given, async (log) => {
    await refuseSegment(place, log);
    await refuseOtherSigner(log, signer);
  });
  const warnings: string[] = [];
  const options = { signer, checkpointEntries: 0, checkpointSeconds: 0, onWarning: (message: string) => warnings.push(message) };
  try {
    if (place.kind !== 'file') return await withDatabaseTrail(place, options, async (trail) => trail.checkpoint());
    const trail = openTrail(place.path, options);
    try {
      return await trail.checkpoint();
    } finally {
      await trail.close();
    }
  } finally {
    for (const warning of warnings) await session.note(`${session.paintError('yellow', 'warning:')} ${plainText(warning)}`);
  }
}
