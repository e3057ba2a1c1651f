import { fromBase64, fromHex, toBase64, toHex } from '../checkpoint/encoding.js';
import { parseSize } from '../checkpoint/checkpoint.js';
import { TrailError } from '../errors.js';

/** What a log sends to a witness (C2SP tlog-witness). */
export interface AddCheckpoint {
  readonly oldSize: number;
  /** Hashes in hex. */
  readonly proof: readonly string[];
  /** The checkpoint as a signed note, not yet parsed. */
  readonly note: string;
}

export const SIZE_CONTENT_TYPE = 'text/x.tlog.size';

const MAX_PROOF_LINES = 63;

/** Writes the body of a request. */
export function formatAddCheckpoint({ oldSize, proof, note }: AddCheckpoint): string {
  return `old ${oldSize}\n${proof.map((hash) => `${toBase64(fromHex(hash))}\n`).join('')}\n${note}`;
}

function refuse(what: string): TrailError {
  return new TrailError('FORMAT', '', `not a request to a witness: ${what}`);
}

/** Reads the body of a request; throws `TrailError` FORMAT. */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  const end = body.indexOf('\n\n');
  if (end === -1) throw refuse('no empty line ends the proof');
  const [first = '', ...lines] = body.slice(0, end).split('\n', MAX_PROOF_LINES + 2);
  const oldSize = first.startsWith('old ') ? parseSize(first.slice(4)) : null;
  if (oldSize === null) throw refuse('expected the first line to be old and a size');
  if (lines.length > MAX_PROOF_LINES) throw refuse(`expected at most ${MAX_PROOF_LINES} lines of proof`);
  const proof = lines.map((line) => {
    const hash = fromBase64(line);
    if (hash?.length !== 32) throw refuse('expected each line of the proof to be base64 of 32 bytes');
    return toHex(hash);
  });
  return { oldSize, proof, note: body.slice(end + 2) };
}
