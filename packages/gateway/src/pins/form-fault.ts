import { canonicalOf } from '../enforce/names.js';
import { shownTool } from '../enforce/shown-tool.js';
import type { PinnedParts } from './pin-store.js';

/** Why a tool cannot be offered whatever its pin says: only its server can change that, so approving it would change nothing. */
export const formFaults = ['twice', 'bad-name', 'hidden-characters'] as const;
export type FormFault = (typeof formFaults)[number];

/** Why a tool is kept back: for its form, or for its pin, which a person can approve. */
export type HeldFor = 'pin' | FormFault;

/** What is wrong with a tool by itself; that a list has it twice is seen in the list. */
export function formFaultOf(tool: PinnedParts, prefix = ''): FormFault | undefined {
  if (canonicalOf(prefix, tool.name) === undefined) return 'bad-name';
  return shownTool(tool) === undefined ? 'hidden-characters' : undefined;
}

/** The fault among the reasons to hold a tool; `undefined` for those that a person can do away with. */
export function faultIn(reason: string): FormFault | undefined {
  return formFaults.find((fault) => fault === reason);
}

/** The fault in words, for a person and for a model. */
export function faultWords(fault: FormFault): string {
  switch (fault) {
    case 'bad-name':
      return 'its name has characters that a policy cannot name';
    case 'hidden-characters':
      return 'names or values in its schema have characters that nobody sees';
    case 'twice':
      return 'its server lists the name twice, or twice but for capitals';
  }
}

/** What a client is told that calls a held tool. */
export function heldMessage(name: string, held: HeldFor): string {
  const shown = JSON.stringify(name.slice(0, 128).toWellFormed());
  if (held === 'pin') return `tool ${shown} is held: it is not what it was when it was pinned, or was never approved; a person has to look at it with "enforcecore gateway approve"`;
  return `tool ${shown} is held: ${faultWords(held)}; only its server can change that, and no approval helps`;
}
