import type * as Redis from '@enforcecore/redis';
import { CliError, systemCode } from '../errors.js';
import { switchOf, turned, type SwitchPlace } from './switch-place.js';

export async function openRedisSwitch(url: string, prefix: string | undefined): Promise<SwitchPlace> {
  if (!/^rediss?:\/\/./.test(url) || !URL.canParse(url)) throw new CliError('USAGE', '--redis expects an address such as rediss://host:6379');
  const redis = await load();
  const options = prefix === undefined ? {} : { prefix };
  return {
    // The rest may hold a password.
    name: `redis at ${new URL(url).host}`,
    trips: async () => (await switchOf(await redis.readSwitch(url, options))).trips,
    change: async (turn) => {
      const event = turned(await switchOf(await redis.readSwitch(url, options)), turn);
      await redis.publishSwitchEvent(url, event, options);
      return event;
    },
  };
}

async function load(): Promise<typeof Redis> {
  try {
    return await import('@enforcecore/redis');
  } catch (error) {
    if (systemCode(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CliError('USAGE', '--redis needs the package @enforcecore/redis: npm install @enforcecore/redis', { cause: error });
  }
}
