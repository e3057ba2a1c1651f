import type { TextRedaction } from '../finding.js';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Bytes with the findings of their text replaced; undefined when there are none. */
export interface ByteRedaction {
  readonly bytes: Uint8Array;
  readonly findings: TextRedaction['findings'];
}

/** Reads bytes as UTF-8, else as Latin-1, so that every byte takes part. */
export function redactBytes(bytes: Uint8Array, redact: (text: string) => TextRedaction): ByteRedaction | undefined {
  const utf8 = decodeStrict(bytes);
  const { text, findings } = redact(utf8 ?? decodeLatin1(bytes));
  if (findings.length === 0) return undefined;
  return { bytes: utf8 === undefined ? encodeLatin1(text) : encoder.encode(text), findings };
}

function decodeStrict(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined; // not UTF-8: read as Latin-1 instead
  }
}

const chunk = 8192;

// TextDecoder's "latin1" is windows-1252, which does not map every byte onto itself.
function decodeLatin1(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += chunk) text += String.fromCharCode(...bytes.subarray(i, i + chunk));
  return text;
}

function encodeLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** A view of the same class on new bytes; no constructor of the caller's runs. A `Buffer` stays one. */
export function sameView(view: ArrayBufferView, bytes: Uint8Array): ArrayBufferView {
  const copy = Uint8Array.from(bytes);
  const proto = Object.getPrototypeOf(view) as object | null; // the library says any
  if (view instanceof DataView || Object.prototype.toString.call(view) === '[object DataView]') return new DataView(copy.buffer);
  if (Object.prototype.toString.call(view) === '[object Int8Array]') return new Int8Array(copy.buffer);
  if (Object.prototype.toString.call(view) === '[object Uint8ClampedArray]') return new Uint8ClampedArray(copy.buffer);
  if (proto !== Uint8Array.prototype) Object.setPrototypeOf(copy, proto);
  return copy;
}
