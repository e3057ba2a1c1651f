import type { RedisClient } from './connection.js';
import { takeLua } from './lua/take.js';
import { spentLua, updateLua } from './lua/update.js';
import type { Operation } from './operation.js';

type Arguments = readonly (string | number)[];
type Command = (...args: (string | number)[]) => Promise<unknown>;

/** The commands that `defineCommand` adds below. */
interface Scripted {
  readonly enforcecoreTake: Command;
  readonly enforcecoreUpdate: Command;
  readonly enforcecoreSpent: Command;
}

/** The scripts on one connection. Sent as text the first time, and whenever the server has forgotten them. */
export class Scripts {
  readonly #client: RedisClient & Scripted;
  readonly #clock: string;
  readonly #order: string;
  #sequence = 0;

  /**
   * @param order the key of this process's last message: one that was overtaken by a later one does nothing
   * @param maxClockLeadMs as in RedisLimitStoreOptions
   */
  constructor(client: RedisClient, clock: string, order: string, maxClockLeadMs = 300_000) {
    const mostAhead = `mostAhead = ${Math.max(0, maxClockLeadMs * 1_000).toFixed(0)}`;
    for (const [name, lua] of [['enforcecoreTake', takeLua], ['enforcecoreUpdate', updateLua], ['enforcecoreSpent', spentLua]] as const) {
      client.defineCommand(name, { lua: lua.replace(/mostAhead = \d+/, mostAhead) });
    }
    this.#client = client as RedisClient & Scripted; // the lines above
    this.#clock = clock;
    this.#order = order;
  }

  take(keys: readonly string[], args: Arguments): Promise<unknown> {
    this.#sequence += 1;
    return this.#client.enforcecoreTake(keys.length + 2, this.#clock, this.#order, ...keys, this.#sequence, ...args);
  }

  update(operations: readonly Operation[]): Promise<unknown> {
    this.#sequence += 1;
    const keys = operations.flatMap((operation) => operation.keys);
    const args = operations.flatMap((operation) => operation.args);
    return this.#client.enforcecoreUpdate(keys.length + 2, this.#clock, this.#order, ...keys, this.#sequence, ...args);
  }

  spent(account: string, holds: string, unit: number): Promise<unknown> {
    return this.#client.enforcecoreSpent(3, this.#clock, account, holds, unit);
  }
}
