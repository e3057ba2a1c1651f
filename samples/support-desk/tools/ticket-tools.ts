import { Enforce } from '@enforcecore/core';
import type { Customer, DeskFiles, Ticket } from './desk-files.js';
import type { CustomerTools } from './customer-tools.js';

export interface TicketSummary {
  readonly ticket: string;
  readonly subject: string;
  readonly status: string;
  readonly from: Customer;
}

/** Finds tickets, and tells what they are about. */
export class TicketTools {
  readonly #files: DeskFiles;
  readonly #customers: CustomerTools;

  constructor(files: DeskFiles, customers: CustomerTools) {
    this.#files = files;
    this.#customers = customers;
  }

  /** Every word has to occur; no words find every ticket. */
  @Enforce({ tool: 'search_tickets' })
  search(args: { readonly query: string }): readonly Ticket[] {
    const words = args.query.toLowerCase().split(/\s+/).filter((word) => word !== '');
    return this.#files.tickets().filter((ticket) => {
      const text = Object.values(ticket).join(' ').toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  @Enforce({ tool: 'read_attachment' })
  attachment(args: { readonly path: string }): string {
    return this.#files.attachment(args.path);
  }

  /** Calls another tool, which is a call of its own: decided, cleaned and recorded like any other. */
  @Enforce({ tool: 'summarise_ticket' })
  async summarise(args: { readonly id: string }): Promise<TicketSummary> {
    const ticket = this.#files.tickets().find(({ id }) => id === args.id);
    if (ticket === undefined) throw new Error('there is no such ticket');
    const from = await this.#customers.lookup({ id: ticket.customer });
    return { ticket: ticket.id, subject: ticket.subject, status: ticket.status, from };
  }
}
