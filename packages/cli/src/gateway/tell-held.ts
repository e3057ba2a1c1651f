import type { Pin } from '@enforcecore/gateway';
import type { Session } from '../session.js';

/** Why a tool is held, in words. */
export async function heldWords({ tool, held }: Pin): Promise<string> {
  const { visibleName } = await import('@enforcecore/gateway');
  switch (held?.reason) {
    case undefined:
      return '';
    case 'changed':
      return 'changed since it was pinned';
    case 'new':
      return 'never approved';
    case 'twice':
      return 'its server lists the name twice';
    case 'look-alike':
      return `new, and looks like ${visibleName(held.like ?? '')}: ${visibleName(tool)}`;
  }
}

/** What a person has to see before approving a tool. */
export async function tellHeld(session: Session, pin: Pin): Promise<void> {
  const { differencesOf, visibleName } = await import('@enforcecore/gateway');
  await session.print(`${visibleName(pin.server)} ${visibleName(pin.tool)}: ${await heldWords(pin)}\n`);
  for (const { part, lines } of differencesOf(pin)) {
    await session.print(`  ${part}\n${lines.map((line) => `    ${line}\n`).join('')}`);
  }
}
