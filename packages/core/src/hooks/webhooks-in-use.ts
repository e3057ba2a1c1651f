import type { Webhooks } from './webhooks.js';

/** The webhooks of one house: those that are bound, and those that were rebuilt since and still have events to send. */
export class WebhooksInUse {
  readonly #all = new Set<Webhooks>();

  use(webhooks: Webhooks): void {
    for (const one of this.#all) if (one.waiting === 0) this.#all.delete(one);
    this.#all.add(webhooks);
  }

  /** Waits for what is on its way, as each of them does. */
  async close(): Promise<void> {
    await Promise.all([...this.#all].map((webhooks) => webhooks.close()));
  }
}
