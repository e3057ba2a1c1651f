import { createHash, randomBytes } from 'node:crypto';
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

/** What is kept of a switch, and its version: a number that grows with each event, and a word that is new with each. */
export interface SwitchState {
  readonly version: string;
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

  /** Tells everyone, those who listen at once. The same event may be published again. */
  async publish(event: SwitchEvent): Promise<void> {
    const { letter, scope, who, at, id } = placeOf(event);
    const word = randomBytes(9).toString('base64url');
    checkNumber(await this.#client.enforcecorePublish(this.#key, letter, scope, who, at, id, JSON.stringify(event), this.#key, word));
  }

  /**
   * @param knownVersion of an earlier answer
   * @throws UnreadableSwitch for what cannot be read, however little of it.
   */
  async read(knownVersion?: string): Promise<SwitchState> {
    const [knownNumber = '', knownWord = ''] = knownVersion?.split(' ') ?? [];
    const reply = await this.#client.enforcecoreSwitch(this.#key, knownNumber, knownWord, mostEvents, longestEvent).catch((error: unknown) => {
      // Under its name stands something else.
      if (error instanceof Error && error.message.includes('WRONGTYPE')) throw new UnreadableSwitch('the key holds no hash');
      throw error;
    });
    const [number, word, ...records] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
    checkNumber(number);
    if (typeof word !== 'string' || !/^[\w-]{0,32}$/.test(word)) throw new UnreadableSwitch('the version cannot be read');
    const version = `${number} ${word}`;
    if (version === knownVersion) return { version, events: undefined };
    return { version, events: records.map(readRecord) };
  }
}

/** Reads what a channel brought. @throws Error for what is no event; it may come from anyone. */
export function readMessage(message: string): SwitchEvent {
  if (message.length > longestEvent) throw new UnreadableSwitch('a message is too long');
  return readEvent(message);
}

/** When it happened, by the clock of whoever did it. */
export function timeOf(event: SwitchEvent): number {
  return event.kind === 'tripped' ? event.trip.at : event.at;
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

function checkNumber(reply: unknown): asserts reply is string {
  if (typeof reply !== 'string' || !/^\d{1,15}$/.test(reply)) throw new UnreadableSwitch('the version cannot be read');
}

function scopeHash(scope: TripScope): string {
  return hash(scope.of === 'all' ? 'all' : `${scope.of}\0${scope.name}`);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
