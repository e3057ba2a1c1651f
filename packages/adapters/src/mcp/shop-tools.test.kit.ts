import { Enforce, currentCall } from '@enforcecore/core';
import { Tool } from '@enforcecore/core/tools';
import { z } from 'zod';

/** A class as users write it: its methods are tools, and each call is enforced. */
export class ShopTools {
  readonly #ran: (...args: unknown[]) => unknown;

  constructor(ran: (...args: unknown[]) => unknown = () => 'done') {
    this.#ran = ran;
  }

  @Enforce()
  @Tool({ description: 'Says it again', input: z.strictObject({ text: z.string().max(100_000) }), hints: { readOnly: true, idempotent: true }, title: 'Echo' })
  echo({ text }: { readonly text: string }): string {
    this.#ran(text);
    return text;
  }

  @Enforce()
  @Tool({ description: 'Removes a table', input: z.object({ table: z.string() }), hints: { destructive: true } })
  drop_table({ table }: { readonly table: string }): unknown {
    return this.#ran(table);
  }

  @Enforce()
  @Tool({ description: 'Looks a customer up' })
  async lookup(): Promise<unknown> {
    this.#ran();
    return Promise.resolve({ owner: 'mira@northfjord.example', orders: 3n });
  }

  @Enforce()
  @Tool({ description: 'May be called once a minute' })
  limited(): unknown {
    return this.#ran();
  }

  @Enforce()
  @Tool({ description: 'Fails' })
  fails(): never {
    this.#ran();
    throw new Error('no such customer: mira@northfjord.example');
  }

  @Enforce({ timeoutMs: 20 })
  @Tool({ description: 'Never ends by itself' })
  async waits(): Promise<unknown> {
    this.#ran();
    const signal = currentCall()?.signal;
    await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
    return 'stopped';
  }

  @Enforce()
  @Tool({ description: 'Waits until it is told to stop' })
  async holds(): Promise<unknown> {
    const signal = currentCall()?.signal;
    this.#ran();
    await new Promise((resolve) => (signal?.aborted === true ? resolve(undefined) : signal?.addEventListener('abort', resolve, { once: true })));
    return 'stopped';
  }

  @Enforce()
  @Tool({ description: 'Tells a story in pieces' })
  async *story(): AsyncGenerator<string> {
    this.#ran();
    yield* await Promise.resolve(['Write to mi', 'ra@northfjord', '.example, please. ', 'The end.']);
  }

  @Enforce()
  @Tool({ description: 'Lists orders one by one' })
  async *orders(): AsyncGenerator {
    yield await Promise.resolve({ id: 1, by: 'mira@northfjord.example' });
    yield { id: 2 };
  }
}
