import { InvalidToolNameError } from '../errors.js';

const maxLength = 256;
/** NFKC shortens a text at most to a quarter here; anything longer is refused before it costs anything. */
const maxRawLength = 4 * maxLength;
const nameCharacters = /^[\p{L}\p{M}\p{N}_.\-:<>]+$/u;
const patternCharacters = /^[\p{L}\p{M}\p{N}_.\-:<>*]+$/u;
// Marks and fillers that nobody sees would make two names of what reads as one.
const invisible = /\p{Default_Ignorable_Code_Point}/u;

/** The one spelling of a tool's name that rules compare: trimmed, NFKC, lower case. */
export function canonicalToolName(name: string): string {
  const { canonical, fault } = readName(name, nameCharacters);
  if (fault !== undefined) throw new InvalidToolNameError(`invalid tool name: ${fault}`);
  return canonical;
}

export type ReadName = { readonly canonical: string; readonly fault?: undefined } | { readonly canonical?: undefined; readonly fault: string };

/** Reads a name as a tool list may hold it, with `*` for any run of characters. */
export function readToolPattern(pattern: unknown): ReadName {
  return readName(pattern, patternCharacters);
}

/** Reads a tool's name without throwing. */
export function readToolName(name: unknown): ReadName {
  return readName(name, nameCharacters);
}

function readName(name: unknown, characters: RegExp): ReadName {
  if (typeof name !== 'string') return { fault: `expected text, got ${name === null ? 'null' : typeof name}` };
  if (name.length > maxRawLength) return tooLong(name.length);
  const canonical = fold(name.trim());
  if (canonical === '') return { fault: 'expected 1 to 256 characters, got none' };
  if (canonical.length > maxLength) return tooLong(canonical.length);
  if (!characters.test(canonical) || invisible.test(canonical)) {
    return { fault: `expected letters, digits and _ . - : < >, got ${firstOffence(canonical, characters)}` };
  }
  return { canonical };
}

function tooLong(length: number): ReadName {
  return { fault: `expected 1 to 256 characters, got ${String(length)}` };
}

function fold(name: string): string {
  // Lower case can undo NFKC, and a sigma is lowered by its neighbours: fold until nothing depends on the way there.
  return name.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');
}

function firstOffence(name: string, characters: RegExp): string {
  const offence = Array.from(name).find((character) => !characters.test(character) || invisible.test(character)) ?? '';
  if (/^[\x21-\x7e]$/.test(offence)) return `"${offence}"`;
  return `U+${(offence.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
