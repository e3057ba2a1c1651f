import { Enforce } from '@enforcecore/core';
import type { Customer, DeskFiles } from './desk-files.js';

/** The customer register. The agent has no business deleting from it, which the policy says and this class need not. */
export class CustomerTools {
  readonly #files: DeskFiles;
  /** How often the bodies of tools ran that the policy denies. */
  deniedRuns = 0;

  constructor(files: DeskFiles) {
    this.#files = files;
  }

  @Enforce({ tool: 'lookup_customer' })
  async lookup(args: { readonly id: string }): Promise<Customer> {
    await Promise.resolve();
    const customer = this.#files.customers().find(({ id }) => id === args.id);
    if (customer === undefined) throw new Error('there is no such customer');
    return customer;
  }

  @Enforce({ tool: 'delete_customer' })
  delete(args: { readonly id: string }): string {
    this.deniedRuns += 1;
    return `deleted ${args.id}`;
  }

  /** Fails as payment services do: with everything it knows in the message. */
  @Enforce({ tool: 'refund_order' })
  refund(args: { readonly customer: string }): never {
    const customer = this.#files.customers().find(({ id }) => id === args.customer);
    const card = customer?.billing.method.card.number ?? 'unknown';
    const owner = customer?.contacts[0]?.person.reach.email ?? 'unknown';
    throw new Error(`refund declined: card ${card} of ${owner} has expired`);
  }
}
