import { Redis } from 'ioredis';
import type { RedisClient } from './connection.js';

/** What is wrong with how the server forgets; `undefined` where nothing is, or nobody says. */
export async function evictionFault(client: RedisClient): Promise<string | undefined> {
  if (!(client instanceof Redis)) return undefined;
  let info: string;
  try {
    info = await client.info('memory');
  } catch {
    // Safe to go on: a user that may not ask is told nothing, and the guide says how the server has to be set up.
    return undefined;
  }
  const limit = /^maxmemory:(\d+)/m.exec(info)?.[1] ?? '0';
  const policy = /^maxmemory_policy:([\w-]+)/m.exec(info)?.[1] ?? 'noeviction';
  if (limit === '0' || policy === 'noeviction') return undefined;
  return `maxmemory-policy is ${policy}: the server may drop counters, and with them limits; set noeviction`;
}
