import { CliError } from '../errors.js';
import type { Io } from '../io.js';
import { readSmallInput } from './read-small-file.js';

const maxBytes = 64 * 1024 * 1024;

/**
 * The note of the checkpoint in a file: a signed note itself, the last record of a `.checkpoints` file, or the one in a proof.
 *
 * @throws CliError `INPUT` where there is none.
 */
export async function readCheckpointNote(io: Io, path: string): Promise<string> {
  const text = await readSmallInput(io, path, 'a checkpoint', maxBytes);
  if (!text.trimStart().startsWith('{')) return text;
  const note = noteIn(text) ?? noteIn(text.trimEnd().split('\n').at(-1) ?? '');
  if (note === undefined) throw new CliError('INPUT', `${path} holds no checkpoint: expected a signed note, as audit checkpoint prints it`);
  return note;
}

function noteIn(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null) return undefined;
    const found: unknown = 'note' in value ? value.note : 'checkpoint' in value ? value.checkpoint : undefined;
    return typeof found === 'string' ? found : undefined;
  } catch {
    // One document, or one a line: the caller tries the other.
    return undefined;
  }
}
