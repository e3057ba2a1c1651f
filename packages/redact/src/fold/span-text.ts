/**
 * A text made from another one, with the source span [start, end) of every UTF-16 unit.
 * Absent maps mean that unit for unit both are as long.
 */
export interface SpanText {
  readonly text: string;
  readonly starts: Int32Array | undefined;
  readonly ends: Int32Array | undefined;
}

const wideDecoder = new TextDecoder('utf-16le', { ignoreBOM: true });
const narrowDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
// Below this a decoder costs more than it saves.
const few = 48;
const chunk = 4096;
const bytes = new Uint8Array(16_384);

/** The text of UTF-16 units. */
export function textOf(units: Uint16Array): string {
  const { length } = units;
  if (length <= few) return spelled(units);
  const narrow = length <= bytes.length ? bytes : new Uint8Array(length);
  let joined = 0;
  for (let i = 0; i < length; i += 1) {
    const unit = units[i] ?? 0;
    narrow[i] = unit;
    joined |= unit;
  }
  if (joined < 0x80) return narrowDecoder.decode(narrow.subarray(0, length));
  // What a folded text holds of lone surrogates may become U+FFFD: both are one unit and separate.
  if (littleEndian) return wideDecoder.decode(units);
  let text = '';
  for (let i = 0; i < length; i += chunk) text += spelled(units.subarray(i, i + chunk));
  return text;
}

function spelled(units: Uint16Array): string {
  return String.fromCharCode.apply(null, Array.from(units));
}
