import type { Pin } from '@enforcecore/gateway';
import type { Command } from 'commander';
import { pinFileOf, placeOptions, refuseFlags, servingFlags, type ConfigFlags } from '../../gateway/gateway-flags.js';
import { heldWords } from '../../gateway/tell-held.js';
import { renderTable } from '../../render/table.js';
import type { Session } from '../../session.js';
import { complete } from '../define.js';

export function addGatewayPins(group: Command, session: Session): void {
  const command = group
    .command('pins')
    .summary('list the tools that are pinned, and those that are held')
    .description('Lists every tool that a gateway has seen, with the digest that it is known by, and why it is held if it is.');
  placeOptions(command)
    .option('--json', 'print { ok, file, pins }')
    .action((_own: ConfigFlags, self: Command) => {
      const flags = self.optsWithGlobals<ConfigFlags>();
      return session.run('gateway pins', flags, () => pins(session, flags));
    });
  complete(command, {
    examples: ['enforcecore gateway pins --config gateway.yaml', 'enforcecore gateway pins --pins gateway.pins.json --json'],
    exits: ['no tool is held', 'a tool is held', 'asked wrongly, or the file of pins cannot be used'],
  });
}

async function pins(session: Session, flags: ConfigFlags): Promise<void> {
  refuseFlags(flags, servingFlags, 'gateway pins');
  const { PinBook } = await import('@enforcecore/gateway');
  const file = await pinFileOf(session.io, flags);
  const all = await new PinBook(file).list();
  const isFine = all.every(({ held }) => held === undefined);
  if (!isFine) session.raise(1);
  if (flags.json === true) return session.printJson({ ok: isFine, file, pins: all.map(summary) });
  if (all.length === 0) return session.print(`no tool is pinned yet in ${file}\n`);
  return session.print(renderTable(await Promise.all(all.map(row)), {}));
}

/** Digests and times; what the tools say of themselves is shown by approve. */
function summary({ server, tool, pinned, held }: Pin): Readonly<Record<string, unknown>> {
  return {
    server, tool,
    pinned: pinned === undefined ? null : { at: pinned.at, sha256: pinned.sha256 },
    held: held === undefined ? null : { at: held.at, sha256: held.sha256, reason: held.reason, ...(held.like === undefined ? {} : { like: held.like }) },
  };
}

async function row(pin: Pin): Promise<string[]> {
  const { visibleName } = await import('@enforcecore/gateway');
  const { pinned, held } = pin;
  const state = held === undefined ? 'pinned' : 'held';
  return [visibleName(pin.server), visibleName(pin.tool), state, pinned === undefined ? '' : `${pinned.at.slice(0, 10)} ${pinned.sha256.slice(0, 12)}`, await heldWords(pin)];
}
