import type { Pin } from '@enforcecore/gateway';
import type { Session } from '../session.js';

/** Why a tool is held, in words. */
export async function heldWords({ tool, held }: Pin): Promise<string> {
  if (held === undefined) return '';
  const { faultIn, faultWords, visibleName } = await import('@enforcecore/gateway');
  const fault = faultIn(held.reason);
  if (fault !== undefined) return `${faultWords(fault)}: only its server can change that`;
  switch (held.reason) {
    case 'changed':
      return 'changed since it was pinned';
    case 'look-alike':
      return `new, and looks like ${visibleName(held.like ?? '')}: ${visibleName(tool)}`;
    default:
      return 'never approved';
  }
}

/** What a person has to see before approving a tool. */
export async function tellHeld(session: Session, pin: Pin): Promise<void> {
  const { differencesOf, visibleName } = await import('@enforcecore/gateway');
  await session.print(`${visibleName(pin.server)} ${visibleName(pin.tool)}: ${await heldWords(pin)}\n`);
  for (const { part, lines } of differencesOf(pin)) {
    await session.print(`  ${part}${lines.length > 20 ? `, ${String(lines.length)} lines` : ''}\n${lines.map((line) => `    ${line}\n`).join('')}`);
  }
}

/** Why no approval is taken for a tool, or `undefined` where one is. `unseen`: whether what nobody can see is taken too. */
export async function hindrance(pin: Pin, unseen: boolean): Promise<string | undefined> {
  const { differencesOf, faultIn, visibleName } = await import('@enforcecore/gateway');
  const name = `${visibleName(pin.server)} ${visibleName(pin.tool)}`;
  if (pin.held !== undefined && faultIn(pin.held.reason) !== undefined) return `${name} is held for its form: to approve it would change nothing`;
  const cut = unseen ? [] : differencesOf(pin).filter(({ isCut }) => isCut).map(({ part }) => part);
  return cut.length === 0 ? undefined : `${name} is not approved: not all of its ${cut.join(', ')} is kept, so it cannot be shown here; read it at the server, and give --unseen`;
}
