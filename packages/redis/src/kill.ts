import { GuardError, KillSwitch, type SwitchEvent } from '@enforcecore/core';
import { openConnection, shownPlace, type RedisClient } from './connection.js';
import { withoutSecrets } from './errors.js';
import { Keys } from './keys.js';
import { SwitchRecord, UnreadableSwitch } from './switch-record.js';

export interface SharedSwitchOptions {
  /** As the processes have it; `enforcecore` by default. */
  readonly prefix?: string | undefined;
  /** How long the server may take; 2,000 by default. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Turns the kill switch of every process that shares it, from outside. Returns when the server has it.
 *
 * @throws GuardError `LIMIT_STORE` when the server could not be told or its address not be read, `GUARD` for what is no event.
 */
export async function publishSwitchEvent(url: string, event: SwitchEvent, options: SharedSwitchOptions = {}): Promise<void> {
  new KillSwitch().apply(event);
  await withRecord(url, options, async (record) => {
    await record.publish(await latest(record, event));
  });
}

/**
 * The events that make up the present state: apply them to a KillSwitch to see its trips.
 *
 * @throws GuardError `LIMIT_STORE` when the server could not be asked, or holds what cannot be read.
 */
export function readSwitch(url: string, options: SharedSwitchOptions = {}): Promise<readonly SwitchEvent[]> {
  return withRecord(url, options, async (record) => (await record.read()).events ?? []);
}

/** A reset by hand is later than every trip of its scope, whatever the clocks of the hosts said that made them. */
async function latest(record: SwitchRecord, event: SwitchEvent): Promise<SwitchEvent> {
  if (event.kind === 'tripped' || event.tripId !== undefined) return event;
  const scope = JSON.stringify(event.scope);
  const { events = [] } = await record.read();
  const times = events.flatMap((other) => (other.kind === 'tripped' && JSON.stringify(other.trip.scope) === scope ? [other.trip.at] : []));
  return { ...event, at: Math.max(event.at, ...times) };
}

async function withRecord<T>(url: string, { prefix, timeoutMs = 2_000 }: SharedSwitchOptions, use: (record: SwitchRecord) => Promise<T>): Promise<T> {
  const client = openConnection({ url }, timeoutMs);
  let last: unknown;
  client.on('error', (error: unknown) => {
    last = error;
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(last instanceof Error ? last : new Error(`no answer within ${String(timeoutMs)} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([late, connected(client).then(() => use(new SwitchRecord(client, new Keys(prefix).kill)))]);
  } catch (error) {
    throw error instanceof GuardError ? error : refused(client, last ?? error);
  } finally {
    clearTimeout(timer);
    client.disconnect();
  }
}

async function connected(client: RedisClient): Promise<void> {
  await client.connect();
}

function refused(client: RedisClient, error: unknown): GuardError {
  const cause = withoutSecrets(error);
  const what = error instanceof UnreadableSwitch ? 'holds what is no kill switch' : 'could not be asked';
  return new GuardError('LIMIT_STORE', `the shared kill switch at ${shownPlace(client)} ${what}: ${cause.message}`, { cause });
}
