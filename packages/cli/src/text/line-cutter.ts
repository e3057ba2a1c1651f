import { isUtf8 } from 'node:buffer';
import { CliError } from '../errors.js';

const newline = 0x0a;
const longestLine = 64 * 1024 * 1024;

/** A line of input; `undefined` where its bytes are not UTF-8. */
export type Line = string | undefined;

/** Cuts bytes into lines, as many as have arrived at a time. Holds one unfinished line. */
export class LineCutter {
  #parts: Uint8Array[] = [];
  #held = 0;

  /** @throws CliError `INPUT` for a line that is too long to hold. */
  push(chunk: Uint8Array): readonly Line[] {
    const last = chunk.lastIndexOf(newline);
    if (last === -1) {
      this.#hold(chunk);
      return [];
    }
    const block = Buffer.concat([...this.#parts, chunk.subarray(0, last)]);
    this.#parts = [];
    this.#held = 0;
    this.#hold(chunk.subarray(last + 1));
    return linesOf(block);
  }

  /** What follows the last newline, if anything. */
  end(): readonly Line[] {
    return this.#held === 0 ? [] : linesOf(Buffer.concat(this.#parts));
  }

  #hold(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#held += part.length;
    if (this.#held > longestLine) {
      throw new CliError('INPUT', `a line is refused: expected at most ${String(longestLine)} bytes; is this JSON, one object a line?`);
    }
    this.#parts.push(part);
  }
}

function linesOf(block: Buffer): readonly Line[] {
  if (isUtf8(block)) return block.toString('utf8').split('\n');
  const lines: Line[] = [];
  for (let from = 0; from <= block.length; ) {
    const at = block.indexOf(newline, from);
    const end = at === -1 ? block.length : at;
    const bytes = block.subarray(from, end);
    lines.push(isUtf8(bytes) ? bytes.toString('utf8') : undefined);
    from = end + 1;
  }
  return lines;
}
