import { TrailError } from '../errors.js';
import { fromBase64, fromHex, joined, toBase64, toHex } from './encoding.js';
import { isKeyName } from './verifier-key.js';

/** One signature line of a note. */
export interface NoteSignature {
  readonly name: string;
  /** 8 hex digits. */
  readonly keyId: string;
  readonly bytes: Uint8Array;
}

/** A text and its signatures, of which nothing is verified yet (C2SP signed-note). */
export interface SignedNote {
  /** Ends in a newline; this is what is signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteOptions {
  /** Accept a text without empty lines and without signatures too; false unless said. */
  readonly allowUnsigned?: boolean;
}

export const MAX_NOTE_LENGTH = 1_000_000;
export const MAX_SIGNATURES = 100;

// C2SP signed-note: no control character below U+0020 but the newline.
const CONTROL = /[\0-\x09\x0b-\x1f]/;
const SIGNATURE_LINE = /^\u2014 ([^ ]+) ([^ ]+)$/;

function refuse(what: string): TrailError {
  return new TrailError('FORMAT', '', `not a signed note: ${what}`);
}

/** Reads a line `— <name> <base64 of key id and signature>`, without its newline; throws `TrailError` FORMAT. */
export function parseSignatureLine(line: string): NoteSignature {
  const [, name = '', encoded = ''] = SIGNATURE_LINE.exec(line) ?? [];
  if (!isKeyName(name)) throw refuse('expected a signature line: an em dash, a key name and base64, one space between them');
  const bytes = fromBase64(encoded);
  if (bytes === null || bytes.length < 5) throw refuse(`the signature of ${name} is not base64 of a key id and a signature`);
  return { name, keyId: toHex(bytes.subarray(0, 4)), bytes: bytes.slice(4) };
}

/** Writes one signature line, without its newline. */
export function formatSignatureLine({ name, keyId, bytes }: NoteSignature): string {
  return `\u2014 ${name} ${toBase64(joined(fromHex(keyId), bytes))}`;
}

/** Reads a C2SP signed note strictly, up to a million characters and 100 signatures; throws `TrailError` FORMAT. */
export function parseSignedNote(note: string, { allowUnsigned = false }: NoteOptions = {}): SignedNote {
  if (typeof note !== 'string') throw refuse('expected a text');
  if (note.length > MAX_NOTE_LENGTH) throw refuse(`expected at most ${MAX_NOTE_LENGTH} characters, got ${note.length}`);
  if (!note.isWellFormed() || CONTROL.test(note)) throw refuse('it has a control character, or a surrogate without its other half');
  if (!note.endsWith('\n')) throw refuse('expected a text that ends in a newline');
  // The text may have empty lines of its own, the signatures may not.
  const split = note.lastIndexOf('\n\n');
  if (split === -1) {
    if (allowUnsigned) return { text: note, signatures: [] };
    throw refuse('it has no signatures');
  }
  const lines = note.slice(split + 2).split('\n', MAX_SIGNATURES + 2).slice(0, -1);
  if (lines.length === 0) throw refuse('no signature follows the empty line');
  if (lines.length > MAX_SIGNATURES) throw refuse(`expected at most ${MAX_SIGNATURES} signatures`);
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignatureLine) };
}

/** Writes a note; its text alone where nobody has signed. */
export function formatSignedNote({ text, signatures }: SignedNote): string {
  if (signatures.length === 0) return text;
  return `${text}\n${signatures.map((signature) => `${formatSignatureLine(signature)}\n`).join('')}`;
}
