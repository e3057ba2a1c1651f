import type { FieldLabel } from '../call.js';
import type { MovedTool } from './moved-tool.js';
import { fromWire, resultLimits, WireError, type Wire } from './wire.js';

/**
 * What parent and child say to each other. Every message is ONE STRING of JSON, both ways, whatever carries it: so its
 * size is known before it is read, and reading it runs nothing. One call at a time; `id` says which.
 */

/** What the tool may know of its call as `currentCall()`, besides its id and arguments; what is left out is empty, or 1. */
export interface CallFacts {
  readonly tool: string;
  readonly policyName: string;
  readonly policyDigest: string;
  readonly parentId?: string | undefined;
  readonly depth?: number | undefined;
  readonly tenant?: string | undefined;
  readonly agent?: string | undefined;
  readonly session?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly params?: readonly string[] | undefined;
  readonly sensitivity?: readonly FieldLabel[] | undefined;
}

/** Where a guard inside has to hold the tool to its network rules: the document that says them, and for which tool. */
export interface NetworkFacts {
  readonly policy: unknown;
  readonly tool: string;
}

export type ToChild =
  /** Answered by `loaded` or `refused`; once for each tool, before its first call. From then on the tool is `as`. */
  | { readonly t: 'load'; readonly id: string; readonly tool: MovedTool; readonly as: number; readonly network?: NetworkFacts | undefined }
  /** Answered by `value`, `error`, `withheld` or `stream`. `tool` is what it was loaded as. */
  | { readonly t: 'call'; readonly id: string; readonly tool: number; readonly args: Wire; readonly call: CallFacts; readonly maxResultBytes: number }
  /** The next item of the stream, please. Answered by `item`, `end`, `error` or `withheld`. `n` counts from 0. */
  | { readonly t: 'pull'; readonly id: string; readonly n: number; readonly sent?: Wire }
  /** Answered by `pong`: the thread is free. Between two calls. */
  | { readonly t: 'ping'; readonly id: string }
  /** Nobody reads on. Answered by `end`. */
  | { readonly t: 'leave'; readonly id: string }
  /** The call's signal is aborted; the child is ended a moment later. Not answered. */
  | { readonly t: 'abort'; readonly id: string; readonly reason: string };

/** A connection that the guard inside refused. */
export interface Denied {
  readonly rule: string;
  readonly reason: string;
  readonly action: 'block' | 'log' | 'would_block';
}

/** Answers to a call or a pull may tell of refused connections. */
export type FromChild = Answer & { readonly denied?: readonly Denied[] | undefined };

type Answer =
  | { readonly t: 'loaded' | 'pong'; readonly id: string }
  /** The tool cannot be had: no such module, no such export. */
  | { readonly t: 'refused'; readonly id: string; readonly reason: string }
  | { readonly t: 'value'; readonly id: string; readonly value: unknown }
  /** What the tool threw. */
  | { readonly t: 'error'; readonly id: string; readonly error: unknown }
  /** The tool gave what cannot cross, or too much of it. */
  | { readonly t: 'withheld'; readonly id: string; readonly reason: string; readonly tooLarge: boolean }
  | { readonly t: 'stream'; readonly id: string; readonly kind: StreamKind; readonly objectMode: boolean }
  | { readonly t: 'item'; readonly id: string; readonly n: number; readonly value: unknown }
  | { readonly t: 'end'; readonly id: string; readonly value: unknown };

/** What the caller gets back as a stream: the same kind that the tool gave. */
export type StreamKind = 'async' | 'web' | 'node';

/** A word of the child's own that people will read: short, and one line. */
export const maxReasonChars = 500;

/** Bytes of a result where no policy says otherwise, and of an item of a stream. */
export const defaultMaxResultBytes = 10 * 1024 * 1024;

/** What an answer holds besides its value: with this on top, a message over its size was not written by our runtime. */
export const envelopeBytes = 16 * 1024;

/** Refused connections that one answer tells of. */
export const maxDenied = 8;
const maxRuleChars = 200;

export function write(message: ToChild): string {
  return JSON.stringify(message);
}

/**
 * Reads what a child sent: hostile input.
 *
 * @throws WireError for anything but a message of the protocol, complete and within its size.
 */
export function read(message: unknown, maxBytes: number): FromChild {
  if (typeof message !== 'string') throw new WireError('is no text');
  if (message.length > maxBytes || (message.length * 3 > maxBytes && Buffer.byteLength(message) > maxBytes)) throw new WireError('is too large');
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    throw new WireError('is no JSON');
  }
  if (typeof parsed !== 'object' || parsed === null) throw new WireError('is no message');
  const fields = parsed as Readonly<Record<string, unknown>>; // an object, as asked above
  const answer = checked(fields);
  return fields.denied === undefined ? answer : { ...answer, denied: deniedOf(fields.denied) };
}

function deniedOf(value: unknown): readonly Denied[] {
  if (!Array.isArray(value) || value.length > maxDenied) throw new WireError('tells of too much');
  return value.map((item: unknown) => {
    if (typeof item !== 'object' || item === null) throw new WireError('tells of nothing');
    const { rule, reason, action } = item as Readonly<Record<string, unknown>>;
    if (action !== 'block' && action !== 'log' && action !== 'would_block') throw new WireError('tells of nothing that is known');
    return { rule: words(rule).slice(0, maxRuleChars), reason: words(reason), action };
  });
}

function checked(m: Readonly<Record<string, unknown>>): Answer {
  const { id } = m;
  if (typeof id !== 'string') throw new WireError('lacks its call');
  switch (m.t) {
    case 'loaded':
    case 'pong':
      return { t: m.t, id };
    case 'refused':
      return { t: m.t, id, reason: words(m.reason) };
    case 'value':
    case 'end':
      return { t: m.t, id, value: valueOf(m, 'value') };
    case 'item':
      return { t: m.t, id, n: count(m.n), value: valueOf(m, 'value') };
    case 'error':
      return { t: m.t, id, error: valueOf(m, 'error') };
    case 'withheld':
      return { t: m.t, id, reason: words(m.reason), tooLarge: m.tooLarge === true };
    case 'stream':
      if (m.kind !== 'async' && m.kind !== 'web' && m.kind !== 'node') break;
      return { t: m.t, id, kind: m.kind, objectMode: m.objectMode === true };
  }
  throw new WireError('is no message of the protocol');
}

function valueOf(m: Readonly<Record<string, unknown>>, key: string): unknown {
  if (!Object.hasOwn(m, key)) throw new WireError('lacks its value');
  return fromWire(m[key], resultLimits);
}

function words(value: unknown): string {
  if (typeof value !== 'string' || value.length > maxReasonChars) throw new WireError('lacks a word, or has too many');
  return value.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}

function count(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new WireError('lacks its number');
  return value as number; // a safe integer, as asked above
}
