import { redactBytes, sameView } from './bytes.js';
import type { Walk } from './walk.js';

// Only a whole number this long can be a card or another number worth hiding.
const shortestNumber = 100_000_000;

/** A number is replaced only as a whole: a card, or what its name says it is. */
export function cleanNumber(value: number | bigint, name: string | undefined, walk: Walk): unknown {
  if (value < shortestNumber || (typeof value === 'number' && !Number.isSafeInteger(value))) return value;
  const digits = String(value);
  const { text, findings } = walk.redact(digits, name);
  const [only] = findings;
  if (findings.length !== 1 || only?.start !== 0 || only.end !== digits.length) return value;
  walk.record(findings);
  return text;
}

export function cleanView(view: ArrayBufferView, walk: Walk): unknown {
  walk.spend(view.byteLength);
  const cleaned = redactBytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), walk.redact);
  if (cleaned === undefined) return view;
  walk.record(cleaned.findings);
  return sameView(view, cleaned.bytes);
}

export function cleanBuffer(buffer: ArrayBuffer, walk: Walk): unknown {
  walk.spend(buffer.byteLength);
  const cleaned = redactBytes(new Uint8Array(buffer), walk.redact);
  if (cleaned === undefined) return buffer;
  walk.record(cleaned.findings);
  return Uint8Array.from(cleaned.bytes).buffer;
}

export function cleanPattern(pattern: RegExp, walk: Walk): unknown {
  const source = walk.text(pattern.source, undefined);
  return source === pattern.source ? pattern : new RegExp(source.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'), pattern.flags);
}

/** A URL or its parameters: both have a `toString` of their own. */
export function cleanAddress(value: { toString(): string }, parse: (text: string) => unknown, walk: Walk): unknown {
  const before = value.toString();
  const after = walk.text(before, undefined);
  if (after === before) return value;
  try {
    return parse(after);
  } catch {
    return after; // no longer a URL: the redacted text is the safe answer
  }
}

export function cleanBoxedText(value: object, name: string | undefined, walk: Walk): unknown {
  const before = String.prototype.valueOf.call(value);
  const after = walk.text(before, name);
  return after === before ? value : Object(after);
}
