/** A decoded stretch of a text, and the span of the text that it stands for. */
export interface DecodedPiece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const shortest = 16;
/** Longer runs are files, not values; they are looked at up to here. */
const longest = 65_536;
const deepest = 2;
// Not fatal: exceptions would cost more than all the rest.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const values = alphabet();

/** Six-bit values of both alphabets of RFC 4648; 255 where there is none. */
function alphabet(): Uint8Array {
  const table = new Uint8Array(128).fill(255);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let i = 0; i < letters.length; i += 1) table[letters.charCodeAt(i)] = i;
  table[0x2d] = 62;
  table[0x5f] = 63;
  return table;
}

/** What runs of base64 or base64url, at most two deep, and of hexadecimal digits say, where that is readable text. */
export function decodedPieces(text: string): readonly DecodedPiece[] {
  const pieces: DecodedPiece[] = [];
  collect(text, undefined, deepest, pieces);
  return pieces;
}

/** Finds every run of `shortest` or more by looking at each `shortest`-th unit only. */
function collect(text: string, whole: DecodedPiece | undefined, depth: number, pieces: DecodedPiece[]): void {
  const { length } = text;
  let from = 0;
  for (let probe = shortest - 1; probe < length; probe = from + shortest - 1) {
    if (valueOf(text.charCodeAt(probe)) === 255) {
      from = probe + 1;
      continue;
    }
    let start = probe;
    while (start > from && valueOf(text.charCodeAt(start - 1)) !== 255) start -= 1;
    let bare = probe + 1;
    while (bare < length && valueOf(text.charCodeAt(bare)) !== 255) bare += 1;
    let end = bare;
    while (end < length && end < bare + 2 && text.charCodeAt(end) === 0x3d) end += 1;
    if (bare - start >= shortest) run(text, { start, bare, end }, whole, depth, pieces);
    from = end;
  }
}

interface Run {
  readonly start: number;
  readonly bare: number;
  readonly end: number;
}

function run(text: string, { start, bare, end }: Run, whole: DecodedPiece | undefined, depth: number, pieces: DecodedPiece[]): void {
  const decoded = hexText(text, start, bare) ?? base64Text(text, start, bare, end);
  if (decoded === undefined) return;
  const piece = { text: decoded, start: whole?.start ?? start, end: whole?.end ?? end };
  pieces.push(piece);
  if (depth > 1) collect(decoded, piece, depth - 1, pieces);
}

function valueOf(c: number): number {
  return values[c] ?? 255;
}

/** Padding may be left out (RFC 4648, 3.2) but not be wrong; a single left over letter spells nothing. */
function base64Text(text: string, start: number, bare: number, end: number): string | undefined {
  const left = (bare - start) % 4;
  const padding = end - bare;
  if (left === 1 || (padding > 0 && left + padding !== 4)) return undefined;
  const stop = Math.min(bare, start + longest);
  const bytes = new Uint8Array(Math.floor(((stop - start) * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = start; i < stop; i += 1) {
    held = ((held << 6) | valueOf(text.charCodeAt(i))) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    const byte = (held >> bits) & 255;
    // Most runs are not base64 and show it at once.
    if (isControl(byte)) return undefined;
    bytes[at] = byte;
    at += 1;
  }
  return readable(bytes.subarray(0, at), stop < bare);
}

function hexText(text: string, start: number, end: number): string | undefined {
  if ((end - start) % 2 !== 0) return undefined;
  const stop = Math.min(end, start + longest);
  const bytes = new Uint8Array((stop - start) / 2);
  for (let i = start; i < stop; i += 2) {
    const byte = hexDigit(text.charCodeAt(i)) * 16 + hexDigit(text.charCodeAt(i + 1));
    if (Number.isNaN(byte) || isControl(byte)) return undefined;
    bytes[(i - start) / 2] = byte;
  }
  return readable(bytes, stop < end);
}

function hexDigit(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  const lower = c | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : NaN;
}

function isControl(byte: number): boolean {
  return byte === 0x7f || (byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);
}

/** UTF-8 only; a text cut at the limit may end inside a character. */
function readable(bytes: Uint8Array, cut: boolean): string | undefined {
  const text = decoder.decode(bytes);
  const broken = text.indexOf('\ufffd');
  if (broken < 0) return text;
  return cut && broken >= text.length - 3 ? text.slice(0, broken) : undefined;
}
