// #region imports
import { tool, type ToolSet } from 'ai';
import { z } from 'zod';
import { Enforce } from '@enforcecore/core';
import { Tool } from '@enforcecore/core/tools';

const order = z.object({ id: z.number().int().positive() });
// #endregion imports

// #region class
export class OrderTools {
  @Tool({ description: 'Finds an order by its number', input: order })
  @Enforce({ tool: 'find_order' })
  find({ id }: z.infer<typeof order>): Promise<string> {
    return Promise.resolve(`order ${String(id)}: one kettle, for mira@northfjord.example, +1 212 555 0143`);
  }
}
// #endregion class

// #region existing
export const shopTools: ToolSet = {
  refund_order: tool({ description: 'Refunds an order', inputSchema: order, execute: ({ id }) => Promise.resolve(`order ${String(id)} refunded`) }),
  delete_order: tool({
    description: 'Deletes an order',
    inputSchema: order,
    execute: (): Promise<string> => {
      throw new Error('this must never run');
    },
  }),
};
// #endregion existing
