import type { Pin } from '@enforcecore/gateway';
import type { Command } from 'commander';
import { CliError } from '../../errors.js';
import { pinFileOf, placeOptions, refuseFlags, servingFlags, type ConfigFlags } from '../../gateway/gateway-flags.js';
import { heldWords, hindrance, tellHeld } from '../../gateway/tell-held.js';
import { counted } from '../../render/amounts.js';
import type { Session } from '../../session.js';
import { complete } from '../define.js';

interface Flags extends ConfigFlags {
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly unseen?: boolean;
}

export function addGatewayApprove(group: Command, session: Session): void {
  const command = group
    .command('approve')
    .summary('show how held tools differ from their pins, and approve them')
    .description('Shows what has changed of each held tool, with hidden characters written out, and asks. What is approved is the new pin; running gateways take it up with the next list or call.')
    .argument('[server]', 'only tools of this server')
    .argument('[tool]', 'only this tool, as its server calls it');
  placeOptions(command)
    .option('--all', 'all held tools of all servers')
    .option('--yes', 'approve what is shown without asking')
    .option('--unseen', 'approve also what is longer than what is kept of it, and so is not shown whole')
    .option('--json', 'print { ok, approved, held }; without --yes nothing is approved')
    .action((server: string | undefined, tool: string | undefined, _own: Flags, self: Command) => {
      const flags = self.optsWithGlobals<Flags>();
      return session.run('gateway approve', flags, () => approve(session, flags, server, tool));
    });
  complete(command, {
    notes: ['A tool that changes again while you read is not approved with what you saw. One that is held for its form cannot be approved: only its server can change that.', 'What a tool does cannot be seen here, only what it says of itself.'],
    examples: ['enforcecore gateway approve files read_file', 'enforcecore gateway approve --all --yes --config gateway.yaml'],
    exits: ['all that was meant is approved, or nothing is held', 'something is still held', 'asked wrongly, or the file of pins cannot be used'],
  });
}

async function approve(session: Session, flags: Flags, server: string | undefined, tool: string | undefined): Promise<void> {
  if (flags.all === true && server !== undefined) throw new CliError('USAGE', '--all means all servers: give it, or the name of one');
  if (server === undefined && flags.all !== true && flags.yes === true) throw new CliError('USAGE', '--yes needs a server, a server and a tool, or --all: say what is approved');
  refuseFlags(flags, servingFlags, 'gateway approve');
  const { PinBook } = await import('@enforcecore/gateway');
  const file = await pinFileOf(session.io, flags);
  const book = new PinBook(file);
  const all = await book.list();
  if (server !== undefined) await refuseUnknown(server, all, file);
  const held = all.filter((pin) => pin.held !== undefined && (server === undefined || pin.server === server) && (tool === undefined || pin.tool === tool));
  if (tool !== undefined && held.length === 0) throw new CliError('INPUT', 'no such tool is held: enforcecore gateway pins lists those that are');
  const approved = await chosen(session, flags, held);
  if (approved.length > 0) await book.approve(approved.map((pin) => ({ server: pin.server, tool: pin.tool, sha256: pin.held?.sha256 ?? '' })));
  const left = held.filter((pin) => !approved.includes(pin));
  if (left.length > 0) session.raise(1);
  if (flags.json === true) return session.printJson({ ok: left.length === 0, approved: await Promise.all(approved.map(told)), held: await Promise.all(left.map(told)) });
  if (held.length === 0) return session.print('nothing is held\n');
  return session.print(`${counted(approved.length, 'tool')} approved, ${String(left.length)} still held\n`);
}

async function refuseUnknown(server: string, all: readonly Pin[], file: string): Promise<void> {
  const servers = [...new Set(all.map((pin) => pin.server))];
  if (servers.includes(server)) return;
  const { visibleName } = await import('@enforcecore/gateway');
  const there = servers.length === 0 ? 'it has no pins yet' : `it has pins of ${servers.map(visibleName).join(', ')}`;
  throw new CliError('INPUT', `${file} has nothing of a server ${visibleName(server)}: ${there}`);
}

async function chosen(session: Session, { yes = false, json = false, unseen = false }: Flags, held: readonly Pin[]): Promise<readonly Pin[]> {
  const taken: Pin[] = [];
  for (const pin of held) {
    if (!json) await tellHeld(session, pin);
    const hindered = await hindrance(pin, unseen);
    if (hindered !== undefined) {
      await session.note(hindered);
      continue;
    }
    if (yes) taken.push(pin);
    else if (!json && session.io.stdin.isTerminal) {
      const answer = await asked();
      if (answer === undefined) break;
      if (answer) taken.push(pin);
    }
  }
  if (!json && !yes && held.length > 0 && !session.io.stdin.isTerminal) await session.note('nobody can be asked here: give --yes to approve what is shown');
  return taken;
}

/** `undefined` when the person gives up. */
async function asked(): Promise<boolean | undefined> {
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message: 'Approve this tool as it is now?', initialValue: false });
  return isCancel(answer) ? undefined : answer;
}

async function told(pin: Pin): Promise<Readonly<Record<string, unknown>>> {
  const { differencesOf } = await import('@enforcecore/gateway');
  return { server: pin.server, tool: pin.tool, why: await heldWords(pin), differences: differencesOf(pin) };
}
