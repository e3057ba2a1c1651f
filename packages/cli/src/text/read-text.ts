import { CliError } from '../errors.js';

type Decoder = InstanceType<typeof TextDecoder>;

interface DecodeOptions {
  /** Give a byte order mark back as the first character, for output that keeps every byte. */
  readonly keepMark?: boolean;
}

/**
 * Bytes as text, piece by piece: UTF-16 where a byte order mark says so, else UTF-8. Bytes that are neither become
 * U+FFFD.
 */
export async function* decodeText(bytes: AsyncIterable<Uint8Array>, { keepMark = false }: DecodeOptions = {}): AsyncGenerator<string> {
  let decoder: Decoder | undefined;
  let head = Buffer.alloc(0);
  for await (const chunk of bytes) {
    let piece = chunk;
    if (decoder === undefined) {
      head = Buffer.concat([head, chunk]);
      // A mark has two bytes, and a pipe may bring one at a time; any other first byte decides at once.
      if (head.length === 1 && (head[0] === 0xff || head[0] === 0xfe)) continue;
      if (head.length === 0) continue;
      decoder = decoderFor(head, keepMark);
      piece = head;
    }
    const text = decoder.decode(piece, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder?.decode() ?? head.toString('utf8');
  if (rest !== '') yield rest;
}

function decoderFor(head: Buffer, keepMark: boolean): Decoder {
  const mark = head.subarray(0, 2).toString('hex');
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  // The output is UTF-8, so the mark of another encoding is never kept.
  return new TextDecoder(encoding, { ignoreBOM: keepMark && encoding === 'utf-8' });
}

/** @throws CliError `INPUT` over the limit. */
export async function readAll(bytes: AsyncIterable<Uint8Array>, name: string, maxUnits: number, options: DecodeOptions = {}): Promise<string> {
  const parts: string[] = [];
  let units = 0;
  for await (const part of decodeText(bytes, options)) {
    units += part.length;
    if (units > maxUnits) {
      throw new CliError('INPUT', `${name} is refused: expected at most ${String(maxUnits)} characters; give it in parts`);
    }
    parts.push(part);
  }
  return parts.join('');
}
