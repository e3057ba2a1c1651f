import { GuardError } from '@enforcecore/core';
import { Redis, type Cluster, type RedisOptions } from 'ioredis';

export type RedisClient = Redis | Cluster;

/** Where Redis or Valkey is: an address, or a client of yours whose settings are copied. Its connections stay yours. */
export interface RedisSource {
  /** `redis://` or `rediss://` (TLS), with user and password where the server asks for them, what is special in them percent-encoded; or the path of a socket. */
  readonly url?: string;
  /** For Sentinel, Cluster, certificates: an ioredis `Redis` or `Cluster`, made with `lazyConnect: true` if it serves nothing else. */
  readonly client?: RedisClient;
}

const longestPauseMs = 1_000;

/** Doubles from 100 ms to a second, and is never the same for all processes. */
function pauseMs(times: number): number {
  return Math.min(50 * 2 ** Math.min(times, 6), longestPauseMs) * (0.5 + Math.random() / 2);
}

/** What a connection on the way of a call must not do: queue, send again, wait for long. */
function settingsFor(timeoutMs: number) {
  return {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    // A message sent twice might count twice: what has to arrive is sent anew by those who know what they sent.
    autoResendUnfulfilledCommands: false,
    // The driver does it without a catch; who listens does it by themselves.
    autoResubscribe: false,
    connectTimeout: Math.max(1_000, 4 * timeoutMs),
    // The driver's timer holds the process: a server that does not say goodbye must not.
    disconnectTimeout: 100,
    retryStrategy: pauseMs,
    // A replica that was the master: the name or the sentinel knows the new one.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    // Waiting is bounded by Deadlines, with one timer for all.
    commandTimeout: undefined,
    enableAutoPipelining: false,
    readOnly: false,
  } satisfies RedisOptions;
}

/**
 * A connection of our own, not yet open.
 *
 * @throws GuardError `LIMIT_STORE` where neither address nor client is given, or the address cannot be read.
 */
export function openConnection({ url, client }: RedisSource, timeoutMs: number): RedisClient {
  const settings = settingsFor(timeoutMs);
  if (client instanceof Redis) return client.duplicate(settings);
  if (client !== undefined) {
    const { lazyConnect, enableOfflineQueue, maxRetriesPerRequest, autoResendUnfulfilledCommands, connectTimeout } = settings;
    const redisOptions = { maxRetriesPerRequest, autoResendUnfulfilledCommands, connectTimeout };
    return client.duplicate([], { redisOptions, lazyConnect, enableOfflineQueue, scaleReads: 'master', clusterRetryStrategy: pauseMs });
  }
  return opened(url, settings);
}

/** INVARIANT: what cannot be read may be a password in the wrong place, so nothing of it is ever said, by this or by a cause. */
function opened(url: unknown, settings: ReturnType<typeof settingsFor>): Redis {
  if (url === undefined) throw new GuardError('LIMIT_STORE', 'Redis is named by a url, redis://… or rediss://…, or by a client of ioredis, and neither was given');
  try {
    if (typeof url === 'string' && isReadable(url)) return new Redis(url, settings);
  } catch {
    // Fails closed below, without the cause: it has the address in it.
  }
  throw new GuardError('LIMIT_STORE', 'the url of Redis cannot be read: percent-encode what is special in the password');
}

/** @throws Error for what is no address. */
function isReadable(url: string): boolean {
  if (url.startsWith('/')) return /^\/(?!\/)[^:@?#]+$/.test(url);
  if (!/^rediss?:\/\//.test(url)) return false;
  const { hostname, username, password, pathname, search, hash } = new URL(url);
  decodeURIComponent(username);
  decodeURIComponent(password);
  // "/", "?" and "#" in a password make a host of the user, and the rest a path.
  return hostname !== '' && /^\/?\d*$/.test(pathname) && !search.includes('@') && hash === '';
}

/** Where it is, in words that may be shown: no user, no password. */
export function shownPlace(client: RedisClient): string {
  if (!(client instanceof Redis)) return 'a cluster';
  const { path, host, port, sentinels, name } = client.options;
  if (sentinels) return `the sentinels' ${name ?? 'master'}`;
  return path ?? `${host ?? 'localhost'}:${String(port ?? 6379)}`;
}
