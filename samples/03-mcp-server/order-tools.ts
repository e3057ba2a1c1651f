// #region imports
import { Enforce } from '@enforcecore/core';
import { Tool } from '@enforcecore/core/tools';
import { z } from 'zod';
// #endregion imports

// #region tools
const orderId = z.strictObject({ id: z.number().int().positive().describe('the number on the invoice') });

export class OrderTools {
  @Enforce()
  @Tool({ description: 'Looks up one order', input: orderId, hints: { readOnly: true } })
  find_order({ id }: { readonly id: number }): object {
    return { id, total: 62.5, customer: 'Mira Lindqvist', contact: 'mira@northfjord.example, +1 212 555 0143' };
  }

  @Enforce()
  @Tool({ description: 'Pays money back to the customer', input: z.strictObject({ id: z.number(), amount: z.number().positive() }) })
  refund_order({ id, amount }: { readonly id: number; readonly amount: number }): string {
    return `order ${String(id)}: ${amount.toFixed(2)} paid back`;
  }

  @Enforce()
  @Tool({ description: 'Tells what happened to an order, step by step', input: orderId })
  async *order_history({ id }: { readonly id: number }): AsyncGenerator<string> {
    yield* await Promise.resolve([`order ${String(id)} was placed by mi`, 'ra@northfjord', '.example, ', 'then packed, then sent']);
  }

  @Enforce()
  @Tool({ description: 'Removes all orders', hints: { destructive: true } })
  drop_orders(): string {
    return 'all orders are gone';
  }
}
// #endregion tools
