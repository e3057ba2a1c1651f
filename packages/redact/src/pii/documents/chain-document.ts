import type { Sink } from '../../finding.js';
import type { Plan } from '../../plan.js';
import type { DigitChain } from '../digit-chain.js';

/** How many groups of the chain from `g` on are a document's number or a date, 0 for none. */
export function chainDocumentAt(text: string, chain: DigitChain, g: number, plan: Plan, sink: Sink): number {
  void text; void chain; void g; void plan; void sink;
  return 0;
}
