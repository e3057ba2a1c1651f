import { openInside } from '@enforcecore/core';
import { closeSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseLines } from '../json.js';

export interface Ticket {
  readonly id: string;
  readonly opened: string;
  readonly customer: string;
  readonly channel: string;
  readonly product: string;
  readonly priority: string;
  readonly status: string;
  readonly assignee: string;
  readonly subject: string;
  readonly body: string;
}

export interface Customer {
  readonly id: string;
  readonly company: string;
  readonly contacts: readonly {
    readonly role: string;
    readonly person: { readonly name: string; readonly reach: { readonly email: string; readonly phone: string } };
  }[];
  readonly billing: { readonly terms: string; readonly method: { readonly kind: string; readonly card: { readonly number: string } } };
}

/** The desk's data, as files lie in a folder. */
export class DeskFiles {
  readonly #root: URL;

  constructor(root: URL) {
    this.#root = root;
  }

  tickets(): readonly Ticket[] {
    return parseLines(this.#read('tickets.jsonl')) as readonly Ticket[]; // our own file, in our own shape
  }

  customers(): readonly Customer[] {
    return JSON.parse(this.#read('customers.json')) as readonly Customer[]; // our own file, in our own shape
  }

  article(name: string): string {
    return this.#read(`knowledge/${fileName(name)}.md`);
  }

  chat(ticket: string): string {
    return this.#read(`chats/${fileName(ticket)}.txt`);
  }

  // #region attachment
  /** The policy has looked at the path; a link that was put there since does not lead out either. */
  attachment(path: string): string {
    const file = openInside(fileURLToPath(new URL('attachments', this.#root)), path);
    try {
      return readFileSync(file, 'utf8');
    } finally {
      closeSync(file);
    }
  }
  // #endregion attachment

  get pages(): URL {
    return new URL('pages/', this.#root);
  }

  #read(path: string): string {
    return readFileSync(new URL(path, this.#root), 'utf8');
  }
}

/** Names come from a model: a path is no name. */
function fileName(name: string): string {
  if (/^[\w-]{1,64}$/.test(name)) return name;
  throw new Error('expected the name of a file: letters, digits, _ and -');
}
