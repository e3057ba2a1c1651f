import { isHash } from '../entry/digest.js';
import { TrailError } from '../errors.js';
import { EMPTY_ROOT } from '../tree/tree-state.js';
import { fromBase64, fromHex, toBase64, toHex } from './encoding.js';

/** What a log says of itself: whose it is, how long, and the root of the tree over it (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** One line that names the log everywhere and always. */
  readonly origin: string;
  readonly size: number;
  /** In hex; base64 in the note. */
  readonly root: string;
  /** Lines behind the root that other programs added: signed, not understood; absent where there are none. */
  readonly extensions?: readonly string[];
}

const DECIMAL = /^(?:0|[1-9][0-9]{0,15})$/;
const MAX_LINES = 100;

// C2SP signed-note: no control character below U+0020; none is a newline, since each of these is one line.
const NOT_IN_LINES = /[\0-\x1f]/;

function isLine(text: unknown): text is string {
  return typeof text === 'string' && text !== '' && !NOT_IN_LINES.test(text) && text.isWellFormed();
}

function refuse(what: string): TrailError {
  return new TrailError('FORMAT', '', `not a checkpoint: ${what}`);
}

/** Reads a size as C2SP writes it, decimal without leading zeros, or null where it is none. */
export function parseSize(text: string): number | null {
  const size = DECIMAL.test(text) ? Number(text) : -1;
  return Number.isSafeInteger(size) && size >= 0 ? size : null;
}

function checked(checkpoint: Checkpoint): Checkpoint {
  const { origin, size, root, extensions = [] } = checkpoint;
  if (!isLine(origin)) throw refuse('expected an origin, one line without control characters');
  if (!Number.isSafeInteger(size) || size < 0) throw refuse('expected a whole number of leaves, from 0');
  if (!isHash(root)) throw refuse('expected a root of 32 bytes');
  if (size === 0 && root !== EMPTY_ROOT) throw refuse('a log of no leaves has the root over nothing, got another one');
  if (extensions.length > MAX_LINES || !extensions.every(isLine)) {
    throw refuse(`expected at most ${MAX_LINES} extensions, each one line without control characters`);
  }
  return checkpoint;
}

/** The text to be signed: origin, size and base64 root on a line each; throws `TrailError` FORMAT for what no checkpoint says. */
export function checkpointText(checkpoint: Checkpoint): string {
  const { origin, size, root, extensions = [] } = checked(checkpoint);
  return [origin, String(size), toBase64(fromHex(root)), ...extensions].map((line) => `${line}\n`).join('');
}

/** Reads the text of a note, without its signatures, strictly; throws `TrailError` FORMAT. */
export function parseCheckpoint(noteText: string): Checkpoint {
  if (typeof noteText !== 'string' || !noteText.endsWith('\n')) throw refuse('expected a text that ends in a newline');
  const [origin = '', sizeLine = '', rootLine = '', ...extensions] = noteText.split('\n', MAX_LINES + 5).slice(0, -1);
  const size = parseSize(sizeLine);
  if (size === null) throw refuse('expected the size on the second line, decimal without leading zeros, below 2^53');
  const root = fromBase64(rootLine);
  if (root?.length !== 32) throw refuse('expected the root on the third line, base64 of 32 bytes');
  const known: Checkpoint = { origin, size, root: toHex(root) };
  return checked(extensions.length === 0 ? known : { ...known, extensions });
}
