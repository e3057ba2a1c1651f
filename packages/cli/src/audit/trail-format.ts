import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

/** Which program wrote a trail. */
export type TrailFormat = 'enforcecore' | 'enforcecore-py';

const lookAt = 65_536;

/**
 * Which program a file's first line is from. Only what cannot be ours is taken for the other's: its format proves less.
 * A file that cannot be read is left for the verifier to speak of.
 */
export async function formatOf(path: string): Promise<TrailFormat> {
  const line = await firstLine(path);
  const isPython = line.startsWith('{') && line.includes('"entry_id"') && line.includes('"previous_hash"') && !line.includes('"schema_version"');
  return isPython ? 'enforcecore-py' : 'enforcecore';
}

async function firstLine(path: string): Promise<string> {
  const file = createReadStream(path, { end: lookAt });
  const source = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  file.on('error', (error) => source.destroy(error));
  let text = '';
  try {
    for await (const chunk of source) {
      // Without an encoding, streams of files and of unpacked bytes give buffers.
      text += (chunk as Buffer).toString('latin1');
      if (text.includes('\n') || text.length > lookAt) break;
    }
  } catch {
    // Missing, or cut short in the middle of a packed block: what was read decides.
  } finally {
    file.destroy();
  }
  return text.split('\n', 1)[0] ?? '';
}
