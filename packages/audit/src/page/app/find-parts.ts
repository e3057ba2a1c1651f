import { openingOf } from '../../entry/opening.js';
import type { Segment } from '../../verify/checks/segment-check.js';
import type { Chosen, TrailPart } from './chosen.js';
import { DamagedFile, readFile } from './read-file.js';

const OPENING_BYTES = 8192;
// One character for a byte.
const singleBytes = new TextDecoder('latin1');

/** A file of the trail, in its place among the others. */
export interface PlacedPart extends Segment {
  readonly file: File;
  readonly packed: boolean;
}

async function beginningOf(part: TrailPart): Promise<string> {
  let text = '';
  try {
    for await (const piece of readFile(part)) {
      text += singleBytes.decode(piece.subarray(0, OPENING_BYTES));
      if (text.length >= OPENING_BYTES || text.includes('\n')) break;
    }
  } catch (error) {
    // A damaged archive has no opening; reading it in full tells what is wrong with it.
    if (!(error instanceof DamagedFile)) throw error;
  }
  return text;
}

async function placed(part: TrailPart): Promise<PlacedPart> {
  const opening = openingOf(await beginningOf(part));
  return { file: part.file, packed: part.packed, path: part.file.name, ordinal: part.ordinal ?? (opening?.previous ?? 0) + 1, opening };
}

/** The files in log order, as the verifier on disk finds them; one closed segment alone is `lone`. */
export async function findParts({ parts }: Chosen): Promise<{ readonly files: readonly PlacedPart[]; readonly lone: boolean }> {
  const files: PlacedPart[] = [];
  for (const part of parts) files.push(await placed(part));
  const lone = parts.every(({ ordinal }) => ordinal !== null);
  const active = files.at(-1);
  if (lone || active === undefined) return { files, lone };
  // During a rotation the active file already has its segment name too.
  return { files: files.filter((file) => file === active || file.ordinal < active.ordinal), lone };
}
