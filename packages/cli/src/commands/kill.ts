import type { Trip, TripScope } from '@enforcecore/core';
import { InvalidArgumentError, type Command } from 'commander';
import { userInfo } from 'node:os';
import { CliError } from '../errors.js';
import { openFileSwitch } from '../kill/file-switch.js';
import { openRedisSwitch } from '../kill/redis-switch.js';
import type { SwitchPlace } from '../kill/switch-place.js';
import { plainText } from '../render/plain-text.js';
import { renderTable } from '../render/table.js';
import type { CommonFlags, Session } from '../session.js';
import { complete } from './define.js';

interface Flags extends CommonFlags {
  readonly reason?: string;
  readonly tool?: string;
  readonly agent?: string;
  readonly tenant?: string;
  readonly session?: string;
  readonly all?: boolean;
  readonly recoverAfter?: number;
  readonly reset?: boolean;
  readonly status?: boolean;
  readonly file?: string;
  readonly redis?: string;
  readonly prefix?: string;
  readonly by?: string;
}

const scopeNames = ['tool', 'agent', 'tenant', 'session'] as const;

export function addKill(program: Command, session: Session): void {
  const command = program
    .command('kill')
    .summary('stop calls in running processes, and let them go on')
    .description('Trips, resets or shows the kill switch of the processes that look at a file, or that share a Redis server.')
    .option('--reason <text>', 'why; required to trip')
    .option('--tool <name>', 'only calls of this tool')
    .option('--agent <name>', 'only calls of this agent')
    .option('--tenant <name>', 'only calls for this tenant')
    .option('--session <name>', 'only calls of this session')
    .option('--all', 'all calls; so it is without any of the four')
    .option('--recover-after <seconds>', 'let a trial call through after this long, and all calls if it goes well', seconds)
    .option('--reset', 'let these calls go on')
    .option('--status', 'show what is tripped')
    .option('--file <path>', 'the file that processes look at; ENFORCECORE_KILL_SWITCH_FILE by default')
    .option('--redis <url>', 'a Redis server instead of a file; needs the package @enforcecore/redis')
    .option('--prefix <text>', 'what the keys on that server begin with')
    .option('--by <name>', 'who does it; the name of the user by default')
    .option('--json', 'print { ok, place, event }; with --status { ok, place, isThere, trips }; when it fails { ok, error }')
    .action((flags: Flags) => session.run('kill', flags, () => killOrTell(session, flags)));
  complete(command, {
    notes: [
      'A reset ends the trips of exactly the scope that it names: --reset alone those of all calls, and not those of single tools or tenants.',
      'That a process is stopped is for the process to say: it writes an entry to its trail. This command returns when file or server have it.',
    ],
    examples: [
      'enforcecore kill --reason "leaks customer data" --file /run/agents/kill.json',
      'enforcecore kill --tenant acme --reason "payment dispute" --recover-after 600',
      'enforcecore kill --status',
      'enforcecore kill --reset --tenant acme --reason "settled"',
    ],
    exits: ['done; with --status, nothing is tripped', 'with --status, something is tripped', 'asked wrongly, or the file or the server cannot be used'],
  });
}

/** What reads JSON reads it also where the switch could not be turned. */
async function killOrTell(session: Session, flags: Flags): Promise<void> {
  try {
    await kill(session, flags);
  } catch (error) {
    if (flags.json === true && error instanceof Error) {
      const code = 'code' in error && typeof error.code === 'string' ? error.code : 'UNEXPECTED';
      await session.printJson({ ok: false, error: { code, message: plainText(error.message) } });
    }
    throw error;
  }
}

async function kill(session: Session, flags: Flags): Promise<void> {
  refuseContradictions(flags);
  const place = await placeOf(session, flags);
  if (flags.status === true) return status(session, flags, place);
  const scope = scopeOf(flags);
  const by = `cli:${flags.by ?? userName()}`;
  let hadTrips: boolean | undefined;
  const event = await place.change((killSwitch) => {
    hadTrips = killSwitch.isStopped(scope);
    if (flags.reset === true) killSwitch.reset({ scope, by, reason: flags.reason });
    else killSwitch.trip(flags.reason ?? '', { scope, by, recoverAfterMs: flags.recoverAfter === undefined ? undefined : flags.recoverAfter * 1_000 });
  });
  if (flags.json === true) return session.printJson({ ok: true, place: place.name, event });
  const { scopeWords } = await import('@enforcecore/core');
  const done = flags.reset === true ? 'reset' : 'tripped';
  const note = hadTrips !== false || flags.reset !== true ? '' : '; nothing was tripped for them there';
  return session.print(`${done} for ${plainText(scopeWords(scope))} in ${plainText(place.name)}${note}\n`);
}

async function status(session: Session, { json = false }: Flags, place: SwitchPlace): Promise<void> {
  const trips = await place.trips();
  if (trips.length > 0) session.raise(1);
  const isThere = (await place.isThere?.()) ?? true;
  if (json) return session.printJson({ ok: trips.length === 0, place: place.name, isThere, trips });
  if (!isThere) return session.print(`nothing is tripped: there is no file ${plainText(place.name)}\n`);
  if (trips.length === 0) return session.print(`nothing is tripped in ${plainText(place.name)}\n`);
  const { scopeWords } = await import('@enforcecore/core');
  return session.print(renderTable(trips.map((trip) => rowOf(trip, scopeWords)), {}));
}

function rowOf({ scope, at, by, reason, recoverAfterMs }: Trip, scopeWords: (scope: TripScope) => string): string[] {
  const until = recoverAfterMs === undefined ? 'until it is reset' : `trial calls after ${String(recoverAfterMs / 1_000)} s`;
  return [plainText(scopeWords(scope)), new Date(at).toISOString(), plainText(by), until, plainText(reason)];
}

function refuseContradictions(flags: Flags): void {
  const { reset = false, status = false, file, redis } = flags;
  if (reset && status) throw new CliError('USAGE', '--reset and --status are two commands: give one of them');
  if (file !== undefined && redis !== undefined) throw new CliError('USAGE', '--file and --redis are two places: give one of them');
  if (flags.prefix !== undefined && redis === undefined) throw new CliError('USAGE', '--prefix is for --redis');
  if (scopesOf(flags).length > 1) throw new CliError('USAGE', '--tool, --agent, --tenant, --session and --all exclude each other: give one of them');
  for (const of of scopeNames) if (flags[of]?.trim() === '') throw new CliError('USAGE', `--${of} expects a name, and got none: is the variable that should hold it empty?`);
  if (flags.recoverAfter !== undefined && (reset || status)) throw new CliError('USAGE', '--recover-after is for a trip, not for --reset or --status');
  if (!reset && !status && (flags.reason ?? '').trim() === '') throw new CliError('USAGE', 'say why with --reason: it stands in the error of every call that is stopped');
  if (status && (scopesOf(flags).length > 0 || flags.reason !== undefined)) throw new CliError('USAGE', '--status shows everything that is tripped, and takes neither a scope nor --reason');
}

function scopesOf({ tool, agent, tenant, session, all }: Flags): readonly TripScope[] {
  const named = Object.entries({ tool, agent, tenant, session }).flatMap(([of, name]) => (name === undefined ? [] : [{ of, name } as TripScope])); // the four words
  return all === true ? [...named, { of: 'all' }] : named;
}

function scopeOf(flags: Flags): TripScope {
  return scopesOf(flags)[0] ?? { of: 'all' };
}

function placeOf({ io }: Session, { file, redis, prefix }: Flags): Promise<SwitchPlace> {
  if (redis !== undefined) return openRedisSwitch(redis, prefix);
  const path = file ?? io.env['ENFORCECORE_KILL_SWITCH_FILE'] ?? '';
  if (path.trim() === '') throw new CliError('USAGE', 'say where the processes look: --file <path>, --redis <url>, or ENFORCECORE_KILL_SWITCH_FILE');
  return openFileSwitch(path);
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0 || value > 1e9) throw new InvalidArgumentError('Expected a number of seconds above 0.');
  return value;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number that has no name.
    return String(process.getuid?.() ?? 'unknown');
  }
}
