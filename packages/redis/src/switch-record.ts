import { createHash } from 'node:crypto';
import { KillSwitch, type SwitchEvent, type TripScope } from '@enforcecore/core';
import type { RedisClient } from './connection.js';
import { publishLua, readSwitchLua } from './lua/switch.js';

/** More than that of one switch cannot be read: then all calls stop. */
const mostEvents = 10_000;
const longestEvent = 8_192;

type Command = (...args: (string | number)[]) => Promise<unknown>;
interface Scripted {
  readonly enforcecorePublish: Command;
  readonly enforcecoreSwitch: Command;
}

/** What is kept of a switch, and its version, which grows with each event. */
export interface SwitchState {
  readonly version: number;
  /** `undefined` where the version is the one that was known. */
  readonly events: readonly SwitchEvent[] | undefined;
}

/** Raised for a record that is none of ours: nobody can say then who may go on. */
export class UnreadableSwitch extends Error {
  override name = 'UnreadableSwitch';
}

/** The kill switch as Redis keeps it: one hash without an end of its own, since a trip lasts until somebody resets it. */
export class SwitchRecord {
  readonly #client: RedisClient & Scripted;
  readonly #key: string;

  /** @param key of the hash, and the name of the channel */
  constructor(client: RedisClient, key: string) {
    client.defineCommand('enforcecorePublish', { lua: publishLua, numberOfKeys: 1 });
    client.defineCommand('enforcecoreSwitch', { lua: readSwitchLua, numberOfKeys: 1 });
    this.#client = client as RedisClient & Scripted; // the two lines above
    this.#key = key;
  }

  /** Tells everyone, those who listen at once. The same event may be published again. @returns the version */
  async publish(event: SwitchEvent): Promise<number> {
    const { letter, scope, who, at, id } = placeOf(event);
    return versionOf(await this.#client.enforcecorePublish(this.#key, letter, scope, who, at, id, JSON.stringify(event), this.#key));
  }

  /** @throws UnreadableSwitch for what cannot be read, however little of it. */
  async read(knownVersion: number): Promise<SwitchState> {
    const reply = await this.#client.enforcecoreSwitch(this.#key, knownVersion, mostEvents, longestEvent).catch((error: unknown) => {
      // Under its name stands something else.
      if (error instanceof Error && error.message.includes('WRONGTYPE')) throw new UnreadableSwitch('the key holds no hash');
      throw error;
    });
    const [version, ...records] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
    const number = versionOf(version);
    if (number === knownVersion) return { version: number, events: undefined };
    return { version: number, events: records.map(readRecord) };
  }
}

/** Reads what a channel brought: the version and the event. @throws Error for what is none; it may come from anyone. */
export function readMessage(message: string): { readonly version: number; readonly event: SwitchEvent } {
  if (message.length > longestEvent) throw new UnreadableSwitch('a message is too long');
  const space = message.indexOf(' ');
  return { version: versionOf(message.slice(0, space)), event: readEvent(message.slice(space + 1)) };
}

/** One name for each place that an event takes: later ones of the same take its place. */
export function nameOf(event: SwitchEvent): string {
  const { letter, scope, who } = placeOf(event);
  return letter === 'r' ? `r:${scope}` : `${letter}:${scope}:${who}`;
}

function placeOf(event: SwitchEvent): { letter: 't' | 'r' | 'l'; scope: string; who: string; at: number; id: string } {
  if (event.kind === 'tripped') {
    const { scope, by, recoverAfterMs, at, id } = event.trip;
    return { letter: 't', scope: scopeHash(scope), who: hash(`${by}\0${String(recoverAfterMs === undefined)}`), at, id };
  }
  const { scope, at, tripId } = event;
  return { letter: tripId === undefined ? 'r' : 'l', scope: scopeHash(scope), who: tripId ?? '-', at, id: tripId ?? '-' };
}

function readRecord(record: unknown): SwitchEvent {
  const json = typeof record === 'string' ? /^[\d.]+ \S+ (.*)$/s.exec(record)?.[1] : undefined;
  if (json === undefined) throw new UnreadableSwitch('a record is none of a kill switch');
  return readEvent(json);
}

/** @throws UnreadableSwitch for what no kill switch would take. */
function readEvent(json: string): SwitchEvent {
  try {
    const event = JSON.parse(json) as SwitchEvent; // read by the switch on the next line, which takes nothing else
    new KillSwitch().apply(event);
    return event;
  } catch (cause) {
    throw new UnreadableSwitch('an event cannot be read', { cause });
  }
}

function versionOf(reply: unknown): number {
  const version = typeof reply === 'string' && /^\d{1,15}$/.test(reply) ? Number(reply) : Number.NaN;
  if (Number.isNaN(version)) throw new UnreadableSwitch('the version cannot be read');
  return version;
}

function scopeHash(scope: TripScope): string {
  return hash(scope.of === 'all' ? 'all' : `${scope.of}\0${scope.name}`);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
