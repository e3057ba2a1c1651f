import { Enforce } from '@enforcecore/core';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Puts mail into an outbox folder. The agent names a customer and never sees an address. */
export class MailTools {
  readonly outbox: string;
  #sent = 0;

  constructor(outbox: string) {
    this.outbox = outbox;
  }

  @Enforce({ tool: 'send_mail' })
  async send(args: { readonly customer: string; readonly subject: string; readonly body: string }): Promise<string> {
    this.#sent += 1;
    const name = `mail-${String(this.#sent).padStart(3, '0')}.txt`;
    await mkdir(this.outbox, { recursive: true });
    await writeFile(join(this.outbox, name), `To: customer ${args.customer}\nSubject: ${args.subject}\n\n${args.body}\n`);
    return `queued as ${name}`;
  }
}
