import { ByteLines } from './byte-lines.js';
import { DamagedFile, readFile, type Readable } from './read-file.js';

/** Enough to see what is wrong; a hostile line could be megabytes. */
const SHOWN_CHARS = 4000;

/** The n-th line of a file, from 1, as it is shown; null where there is none. Reads the file again: no line is kept while checking. */
export async function lineOf(part: Readable, line: number): Promise<string | null> {
  let at = 0;
  let found: string | null = null;
  const splitter = new ByteLines(({ text, raw }) => {
    at += 1;
    if (at === line) found = text ?? raw;
  });
  try {
    for await (const piece of readFile(part)) {
      splitter.push(piece);
      if (at >= line) return shortened(found);
    }
    splitter.end();
  } catch (error) {
    // What can be read of it stands before the damage.
    if (!(error instanceof DamagedFile)) throw error;
  }
  return shortened(found);
}

function shortened(text: string | null): string | null {
  if (text === null || text.length <= SHOWN_CHARS) return text;
  return `${text.slice(0, SHOWN_CHARS)} … and ${String(text.length - SHOWN_CHARS)} characters more`;
}
