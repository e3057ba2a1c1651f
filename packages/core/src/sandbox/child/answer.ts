import { Readable } from 'node:stream';
import { maxReasonChars, type StreamKind } from '../protocol.js';
import { resultLimits, toWire, WireError } from '../wire.js';

const { stringify } = JSON;

/** Writes what a tool gives as messages for the parent. Nothing here throws: what cannot cross is withheld, and said so. */
export interface Answer {
  value(given: unknown): string;
  item(n: number, given: unknown): string;
  end(given: unknown): string;
  error(thrown: unknown): string;
  /** Where the tool gave a stream: what to read it by, and what to tell the parent. */
  stream(given: unknown): { readonly source: AsyncIterator<unknown>; readonly message: string } | undefined;
}

export function answerTo(id: string, maxBytes: number): Answer {
  // Put together by hand: ids and numbers are the parent's own, and need no quoting.
  const written = (head: string, key: string, given: unknown): string => {
    try {
      const message = `{"t":${head},"id":"${id}","${key}":${stringify(toWire(given, resultLimits))}}`;
      return fits(message, maxBytes) ? message : withheld(id, `is larger than ${String(maxBytes)} bytes`, true);
    } catch (error) {
      return withheld(id, error instanceof WireError ? error.message : 'could not be read', false);
    }
  };
  return {
    value: (given) => written('"value"', 'value', given),
    item: (n, given) => written(`"item","n":${String(n)}`, 'value', given),
    end: (given) => written('"end"', 'value', given),
    error: (thrown) => {
      const message = written('"error"', 'error', thrown);
      // The tool failed all the same: what it threw is then told by its words alone.
      return isWithheld(message) ? stringify({ t: 'error', id, error: toWire(plainError(thrown)) }) : message;
    },
    stream(given) {
      const kind = streamKind(given);
      if (kind === undefined) return undefined;
      const stream = given as AsyncIterable<unknown>; // as streamKind found
      const objectMode = kind === 'node' && (given as Readable).readableObjectMode;
      return { source: stream[Symbol.asyncIterator](), message: stringify({ t: 'stream', id, kind, objectMode }) };
    },
  };
}

function streamKind(value: unknown): StreamKind | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof ReadableStream) return 'web';
  if (value instanceof Readable) return 'node';
  return typeof (value as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function' ? 'async' : undefined;
}

function fits(message: string, maxBytes: number): boolean {
  if (message.length > maxBytes) return false;
  return message.length * 3 <= maxBytes || Buffer.byteLength(message) <= maxBytes;
}

function withheld(id: string, reason: string, tooLarge: boolean): string {
  return stringify({ t: 'withheld', id, reason: reason.slice(0, maxReasonChars), tooLarge });
}

function isWithheld(message: string): boolean {
  return message.startsWith('{"t":"withheld"');
}

function plainError(thrown: unknown): Error {
  const words = thrown instanceof Error && typeof thrown.message === 'string' ? thrown.message.slice(0, maxReasonChars) : 'the tool threw what cannot cross';
  return new Error(words);
}
