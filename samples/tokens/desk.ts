import { Enforce } from '@enforcecore/core';

/** What the tools were really given, for this program to print. */
export const received: { readonly tool: string; readonly args: unknown }[] = [];

// #region tools
export class Desk {
  @Enforce({ tool: 'find_customer' })
  find(args: { readonly name: string }): Record<string, string> {
    received.push({ tool: 'find_customer', args });
    return { name: args.name, mail: 'mira@northfjord.example', phone: '+1 212 555 0143', iban: 'DE89 3704 0044 0532 0130 00' };
  }

  @Enforce({ tool: 'send_mail' })
  send(args: { readonly to: string; readonly text: string }): string {
    received.push({ tool: 'send_mail', args });
    return `sent to ${args.to}`;
  }

  @Enforce({ tool: 'post_note' })
  post(args: { readonly text: string }): string {
    received.push({ tool: 'post_note', args });
    return 'posted';
  }
}
// #endregion tools
