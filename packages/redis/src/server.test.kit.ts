import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { Redis } from 'ioredis';

/** A redis-server of this suite alone, on a socket in a folder of its own; nothing is kept on disk. */
export class TestServer {
  readonly path: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'ec-redis-'));
  #process: ChildProcess | undefined;
  #client: Redis | undefined;

  constructor() {
    this.path = join(this.#folder, 's');
  }

  /** Settings as on the command line of redis-server. */
  async start(...settings: string[]): Promise<void> {
    const options = ['--port', '0', '--unixsocket', this.path, '--save', '', '--appendonly', 'no', '--dir', this.#folder, ...settings];
    this.#process = spawn('redis-server', options, { stdio: 'ignore' });
    for (let attempt = 0; ; attempt += 1) {
      const probe = new Redis({ path: this.path, lazyConnect: true, disconnectTimeout: 100, retryStrategy: () => null });
      probe.on('error', () => undefined);
      try {
        await probe.connect();
        await probe.ping();
        return;
      } catch (error) {
        if (attempt > 500) throw new Error('redis-server did not start', { cause: error });
        await sleep(10);
      } finally {
        probe.disconnect();
      }
    }
  }

  /** Kills it as a crash would: what it knew is gone. */
  async kill(): Promise<void> {
    const server = this.#process;
    if (server?.exitCode !== null || server.signalCode !== null) return;
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await gone;
  }

  /** Stops answering, and keeps its connections. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** A client of the test's own. */
  get client(): Redis {
    this.#client ??= new Redis({ path: this.path, disconnectTimeout: 100 });
    this.#client.removeAllListeners('error').on('error', () => undefined);
    return this.#client;
  }

  async close(): Promise<void> {
    this.#client?.disconnect();
    this.resume();
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;

/** Runs tests against a server that is started for them; where none is installed one title says so. */
export function describeWithRedis(title: string, body: (server: TestServer) => void): void {
  describe(title, () => {
    if (!isInstalled) {
      it.skip('needs redis-server in PATH (apt install redis-server, brew install redis)', () => undefined);
      return;
    }
    const server = new TestServer();
    beforeAll(() => server.start());
    afterAll(() => server.close());
    body(server);
  });
}

/** Waits for what comes by itself, on a busy machine too. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let i = 0; i < 8_000; i += 1) {
    if (await isSo()) return;
    await sleep(5);
  }
  throw new Error(`waited in vain: ${what}`);
}
