/** A file, and whether it is packed. */
export interface Readable {
  readonly file: File;
  readonly packed: boolean;
}

/** Longer pieces are cut, so that the page stays awake between them. */
const MAX_PIECE_BYTES = 256 * 1024;

/** A file ended, or was packed, in a way that cannot be read. */
export class DamagedFile extends Error {}

function pieces({ file, packed }: Readable, onRead: (bytes: number) => void): ReadableStream<Uint8Array<ArrayBuffer>> {
  let read = 0;
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(piece, controller) {
      read += piece.length;
      onRead(read);
      controller.enqueue(piece);
    },
  });
  const stored = file.stream().pipeThrough(counter);
  return packed ? stored.pipeThrough(new DecompressionStream('gzip')) : stored;
}

/** The unpacked bytes of a file in pieces; `onRead` hears how many bytes of the file itself were read. Throws `DamagedFile` for a broken packed file. */
export async function* readFile(part: Readable, onRead: (bytes: number) => void = () => undefined): AsyncGenerator<Uint8Array> {
  const reader = pieces(part, onRead).getReader();
  try {
    for (;;) {
      const { done, value } = await nextPiece(reader, part);
      if (done) return;
      for (let at = 0; at < value.length; at += MAX_PIECE_BYTES) yield value.subarray(at, at + MAX_PIECE_BYTES);
    }
  } finally {
    // Of a stream that failed there is nothing left to cancel.
    await reader.cancel().catch(() => undefined);
  }
}

async function nextPiece(reader: ReadableStreamDefaultReader<Uint8Array>, { file, packed }: Readable): Promise<ReadableStreamReadResult<Uint8Array>> {
  try {
    return await reader.read();
  } catch (cause) {
    // Browsers tell a broken archive by a TypeError, a file that is gone or a folder by a DOMException.
    if (packed && cause instanceof TypeError) throw new DamagedFile('the packed file is damaged', { cause });
    throw new Error(`${file.name} cannot be read: it is a folder, or it was changed or moved since it was chosen`, { cause });
  }
}
