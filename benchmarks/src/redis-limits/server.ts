import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** A redis-server for one measurement, without persistence, on a socket of its own. */
export async function withServer<T>(use: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'ec-bench-'));
  const path = join(folder, 's');
  const server = spawn('redis-server', ['--port', '0', '--unixsocket', path, '--save', '', '--appendonly', 'no', '--dir', folder], { stdio: 'ignore' });
  const failed = once(server, 'error').then(([error]: unknown[]) => {
    throw new Error('redis-server could not be started; install it', { cause: error });
  });
  try {
    await Promise.race([failed, ready(path)]);
    return await use(path);
  } finally {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ready(path: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const client = new Redis({ path, lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return;
    } catch (error) {
      if (attempt > 300) throw error;
      await sleep(10);
    } finally {
      client.disconnect();
    }
  }
}

/** Microseconds that the server has spent in scripts so far: what one server can do does not depend on who asks. */
export async function scriptTime(path: string): Promise<number> {
  const client = new Redis({ path, lazyConnect: true, retryStrategy: () => null });
  await client.connect();
  try {
    const stats = await client.info('commandstats');
    return [...stats.matchAll(/^cmdstat_eval(?:sha)?:calls=\d+,usec=(\d+)/gm)].reduce((sum, [, usec]) => sum + Number(usec), 0);
  } finally {
    client.disconnect();
  }
}
