import { EnforceCoreError } from '@enforcecore/core';
import { formFaults } from './form-fault.js';
import { digestOf, mostShown, pinParts, type PartSnapshot, type PinPart, type Snapshot } from './snapshot.js';

/** Why a tool waits for a person. */
export const heldReasons = ['changed', 'new', 'look-alike', ...formFaults] as const;
export type HeldReason = (typeof heldReasons)[number];

export interface HeldSnapshot extends Snapshot {
  readonly reason: HeldReason;
  /** The name that it looks like. */
  readonly like?: string | undefined;
}

/** What is remembered of one tool of one server; at least one of the two. */
export interface Pin {
  readonly server: string;
  readonly tool: string;
  readonly pinned?: Snapshot | undefined;
  readonly held?: HeldSnapshot | undefined;
}

/** More than any number of honest servers has; `mostRemembered` keeps one hostile server from getting near. */
const mostPins = 128_000;
export const mostNameLength = 256;

/** A list and not an object, so that a tool may be called `__proto__`. */
export function writePins(pins: Iterable<Pin>): string {
  return `${JSON.stringify({ version: 1, pins: [...pins] }, null, 1)}\n`;
}

/** @throws EnforceCoreError code `GATEWAY` for anything but what `writePins` writes: a torn file is not an empty one. */
export function readPins(text: string): Pin[] {
  const document = record(parsed(text));
  if (document['version'] !== 1) throw fault('it has another version than 1');
  const list = document['pins'];
  if (!Array.isArray(list) || list.length > mostPins) throw fault(`it has no list of at most ${String(mostPins)} pins`);
  const pins = list.map(readPin);
  const names = new Set(pins.map(keyOf));
  if (names.size !== pins.length) throw fault('it has two pins for one tool');
  return pins;
}

/** One key for a server and a tool; a server's name has no line break. */
export function keyOf({ server, tool }: Pick<Pin, 'server' | 'tool'>): string {
  return `${server}\n${tool}`;
}

function readPin(value: unknown): Pin {
  const pin = record(value);
  const [server, tool] = [text(pin['server'], mostNameLength), text(pin['tool'], mostNameLength)];
  const pinned = pin['pinned'] === undefined ? undefined : readSnapshot(pin['pinned']);
  const held = pin['held'] === undefined ? undefined : readHeld(pin['held']);
  if (pinned === undefined && held === undefined) throw fault('it has a pin of nothing');
  return { server, tool, ...(pinned === undefined ? {} : { pinned }), ...(held === undefined ? {} : { held }) };
}

function readHeld(value: unknown): HeldSnapshot {
  const held = record(value);
  const reason = heldReasons.find((one) => one === held['reason']);
  if (reason === undefined) throw fault('it has a reason that is none');
  return { ...readSnapshot(value), reason, ...(held['like'] === undefined ? {} : { like: text(held['like'], mostNameLength) }) };
}

function readSnapshot(value: unknown): Snapshot {
  const { at, sha256, parts } = record(value);
  const given = record(parts);
  const read: Partial<Record<PinPart, PartSnapshot>> = {};
  for (const part of pinParts) if (given[part] !== undefined) read[part] = readPart(given[part]);
  const digest = hex(sha256);
  if (digestOf(read) !== digest) throw fault('a digest in it does not fit its parts');
  return { at: text(at, 40), sha256: digest, parts: read };
}

function readPart(value: unknown): PartSnapshot {
  const { sha256, text: shown, length } = record(value);
  if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0) throw fault('a length in it is none');
  return { sha256: hex(sha256), text: text(shown, mostShown), length };
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (cause) {
    // What the parser says quotes the file.
    throw fault(source.trim() === '' ? 'it is empty' : 'it is no JSON', cause);
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fault('it is no file of pins');
  // Only own members count, whatever a key is called.
  return Object.assign(Object.create(null) as Record<string, unknown>, { ...value }); // an empty object of any record type
}

function text(value: unknown, most: number): string {
  if (typeof value !== 'string' || value.length > most) throw fault(`a text in it is none, or longer than ${String(most)} characters`);
  return value;
}

function hex(value: unknown): string {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) throw fault('a digest in it is none');
  return value;
}

function fault(what: string, cause?: unknown): EnforceCoreError {
  return new EnforceCoreError('GATEWAY', what, { cause });
}
