import type { Pin } from '@enforcecore/gateway';
import type { Command } from 'commander';
import { CliError } from '../../errors.js';
import { configOptions, pinFileOf, type ConfigFlags } from '../../gateway/gateway-flags.js';
import { heldWords, tellHeld } from '../../gateway/tell-held.js';
import { counted } from '../../render/amounts.js';
import type { Session } from '../../session.js';
import { complete } from '../define.js';

interface Flags extends ConfigFlags {
  readonly all?: boolean;
  readonly yes?: boolean;
}

export function addGatewayApprove(group: Command, session: Session): void {
  const command = group
    .command('approve')
    .summary('show how held tools differ from their pins, and approve them')
    .description('Shows what has changed of each held tool, with hidden characters written out, and asks. What is approved is the new pin; running gateways list it from their next list on.')
    .argument('[server]', 'only tools of this server')
    .argument('[tool]', 'only this tool, as its server calls it');
  configOptions(command)
    .option('--all', 'all held tools of all servers')
    .option('--yes', 'approve what is shown without asking')
    .option('--json', 'print { ok, approved, held }; without --yes nothing is approved')
    .action((server: string | undefined, tool: string | undefined, _own: Flags, self: Command) => {
      const flags = self.optsWithGlobals<Flags>();
      return session.run('gateway approve', flags, () => approve(session, flags, server, tool));
    });
  complete(command, {
    notes: ['A tool that changes again while you read is not approved with what you saw.', 'What a tool does cannot be seen here, only what it says of itself.'],
    examples: ['enforcecore gateway approve files read_file', 'enforcecore gateway approve --all --yes --config gateway.yaml'],
    exits: ['all that was meant is approved, or nothing is held', 'something is still held', 'asked wrongly, or the file of pins cannot be used'],
  });
}

async function approve(session: Session, flags: Flags, server: string | undefined, tool: string | undefined): Promise<void> {
  if (flags.all === true && server !== undefined) throw new CliError('USAGE', '--all means all servers: give it, or the name of one');
  if (server === undefined && flags.all !== true && flags.yes === true) throw new CliError('USAGE', '--yes needs a server, a server and a tool, or --all: say what is approved');
  const { PinBook } = await import('@enforcecore/gateway');
  const book = new PinBook(await pinFileOf(session.io, flags));
  const held = (await book.list()).filter((pin) => pin.held !== undefined && (server === undefined || pin.server === server) && (tool === undefined || pin.tool === tool));
  if (tool !== undefined && held.length === 0) throw new CliError('INPUT', 'no such tool is held: enforcecore gateway pins lists those that are');
  const approved = await chosen(session, flags, held);
  if (approved.length > 0) await book.approve(approved.map((pin) => ({ server: pin.server, tool: pin.tool, sha256: pin.held?.sha256 ?? '' })));
  const left = held.filter((pin) => !approved.includes(pin));
  if (left.length > 0) session.raise(1);
  if (flags.json === true) return session.printJson({ ok: left.length === 0, approved: approved.map(named), held: await Promise.all(left.map(told)) });
  if (held.length === 0) return session.print('nothing is held\n');
  return session.print(`${counted(approved.length, 'tool')} approved, ${String(left.length)} still held\n`);
}

async function chosen(session: Session, { yes = false, json = false }: Flags, held: readonly Pin[]): Promise<readonly Pin[]> {
  const taken: Pin[] = [];
  for (const pin of held) {
    if (!json) await tellHeld(session, pin);
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

function named({ server, tool }: Pin): Readonly<Record<string, string>> {
  return { server, tool };
}

async function told(pin: Pin): Promise<Readonly<Record<string, unknown>>> {
  const { differencesOf } = await import('@enforcecore/gateway');
  return { server: pin.server, tool: pin.tool, why: await heldWords(pin), differences: differencesOf(pin) };
}
