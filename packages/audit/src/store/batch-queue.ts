/** What became of one item of a batch. */
export type Settled<R> = { readonly ok: true; readonly value: R } | { readonly ok: false; readonly error: unknown };

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (value: R) => void;
  readonly reject: (error: unknown) => void;
}

/** Gathers items while a batch is under way; there is never more than one, so batches keep the order of the items. */
export class BatchQueue<T, R> {
  readonly #limit: number;
  readonly #send: (items: readonly T[]) => Promise<readonly Settled<R>[]>;
  #waiting: Waiting<T, R>[] = [];
  #pumping: Promise<void> | null = null;

  /** INVARIANT: `send` gives one answer for each item, and does not throw. */
  constructor(limit: number, send: (items: readonly T[]) => Promise<readonly Settled<R>[]>) {
    this.#limit = limit;
    this.#send = send;
  }

  push(item: T): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#pumping ??= this.#pump();
    });
  }

  /** Resolves when nothing is waiting any more; null where nothing is. */
  idle(): Promise<void> | null {
    return this.#pumping;
  }

  async #pump(): Promise<void> {
    // Whoever calls in the same turn goes along.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, this.#limit);
      this.#waiting = this.#waiting.slice(this.#limit);
      const settled = await this.#send(batch.map(({ item }) => item));
      for (const [at, { resolve, reject }] of batch.entries()) {
        const answer = settled[at];
        if (answer?.ok === true) resolve(answer.value);
        else reject(answer?.error);
      }
    }
    this.#pumping = null;
  }
}
