import { randomBytes } from 'node:crypto';
import { asNumber, asText, type PgAnswer, type PgClient, type PgPool } from './client.js';
import { isRefusal, isTransient, postgresFault } from './postgres-fault.js';

const MAX_ATTEMPTS = 6;
const LONGEST_PAUSE_MS = 250;
/** What a statement may take at the client beyond what the server grants it: then the network is gone. */
const NETWORK_MS = 5000;

/** A statement that is prepared under its name. */
export interface Prepared {
  readonly name: string;
  readonly text: string;
}

interface Backend {
  readonly pid: number;
  readonly started: string;
}

const SETTINGS = `select set_config('statement_timeout', $1, false), set_config('default_transaction_isolation', 'read committed', false),
  case when current_setting('synchronous_commit') = 'off' then set_config('synchronous_commit', 'on', false) end,
  pid::text, extract(epoch from backend_start)::text from pg_stat_activity where pid = pg_backend_pid()`;
// A pid may belong to somebody else by now; together with its start it does not.
const END_PREDECESSOR = 'select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and extract(epoch from backend_start)::text = $2';

/** Lets time pass. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * The one connection that a store writes with. It holds an advisory lock for as long as it lives: whoever finds that
 * lock free knows that the store is dead, or cut off, and takes its open calls over.
 */
export class Session {
  readonly #pool: PgPool;
  readonly #location: string;
  readonly #timeoutMs: number;
  /** Names this store, whichever connection it has; 63 bits, so that nobody else's locks are met. */
  readonly owner = (randomBytes(8).readBigInt64BE() & 0x7fffffffffffffffn).toString();
  #client: PgClient | null = null;
  #backend: Backend | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;
  /** Asked when the connection is lost: whether there are calls that others may take meanwhile. */
  #hasCalls: () => boolean = () => false;

  constructor(pool: PgPool, location: string, timeoutMs: number) {
    this.#pool = pool;
    this.#location = location;
    this.#timeoutMs = timeoutMs;
  }

  returnsFor(hasCalls: () => boolean): void {
    this.#hasCalls = hasCalls;
  }

  /** One statement after the others; `refused` says in errors what failed. */
  run(statement: Prepared, values: unknown[], refused: string): Promise<PgAnswer> {
    return this.use((client) => client.query({ ...statement, values, rowMode: 'array', query_timeout: this.#timeoutMs + NETWORK_MS }), refused);
  }

  /** Work that has the connection for itself. It is done again if the database undid it for another transaction's sake. */
  use<T>(work: (client: PgClient) => Promise<T>, refused: string): Promise<T> {
    const turn = this.#last.then(() => this.#attempts(work, refused));
    // Whoever waits for this turn waits for its end, not for its success.
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Lets the lock and the connection go, after what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#last;
    const client = this.#client;
    if (client === null) return;
    try {
      // The server would take a moment to notice that the connection has ended.
      await client.query({ text: 'select pg_advisory_unlock($1)', values: [this.owner], rowMode: 'array', query_timeout: NETWORK_MS });
    } catch {
      // Then the connection is gone, and the lock with it.
    }
    this.#drop(client);
  }

  async #attempts<T>(work: (client: PgClient) => Promise<T>, refused: string): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work(this.#client ?? (await this.#connect()));
      } catch (error) {
        if (!isRefusal(error) && this.#client !== null) this.#drop(this.#client);
        if (attempt === MAX_ATTEMPTS || !isTransient(error)) throw postgresFault(error, this.#location, refused);
      }
      // Unequal pauses, or those that met meet again.
      await pause(Math.random() * 2 ** attempt);
    }
  }

  async #connect(): Promise<PgClient> {
    const client = await this.#pool.connect();
    try {
      client.on('error', () => {
        this.#drop(client);
      });
      client.on('end', () => {
        this.#drop(client);
      });
      await this.#enter(client);
      this.#client = client;
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** INVARIANT: what the connection before this one was doing is over when this one is used: it held the lock that is waited for. */
  async #enter(client: PgClient): Promise<void> {
    const before = this.#backend;
    const ask = (text: string, values: unknown[]): Promise<PgAnswer> =>
      client.query({ text, values, rowMode: 'array', query_timeout: this.#timeoutMs + NETWORK_MS });
    const { rows } = await ask(SETTINGS, [String(this.#timeoutMs)]);
    if (before !== null) await ask(END_PREDECESSOR, [before.pid, before.started]);
    await ask('select pg_advisory_lock($1)', [this.owner]);
    this.#backend = { pid: asNumber(rows[0]?.[3]), started: asText(rows[0]?.[4]) };
  }

  #drop(client: PgClient): void {
    if (this.#client !== client) return;
    this.#client = null;
    client.release(true);
    if (!this.#isClosed && this.#hasCalls()) this.#comeBack(1);
  }

  /** Open calls are anybody's until the lock is held again, so it is not left to the next append. */
  #comeBack(delayMs: number): void {
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#isClosed || this.#client !== null) return;
      this.use(() => Promise.resolve(), 'cannot return to').catch(() => {
        if (!this.#isClosed) this.#comeBack(Math.min(delayMs * 2, LONGEST_PAUSE_MS));
      });
    }, delayMs);
    this.#timer.unref();
  }
}
