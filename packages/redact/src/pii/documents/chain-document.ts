import type { Sink } from '../../finding.js';
import type { Plan } from '../../plan.js';
import type { DigitChain } from '../digit-chain.js';
import { numericDate } from './date-at.js';
import { documentFrom } from './document-number.js';
import { foundDate } from './found-date.js';

/** How many groups of the chain from `g` on are a document's number or a date, 0 for none. */
export function chainDocumentAt(text: string, chain: DigitChain, g: number, plan: Plan, sink: Sink): number {
  if (g === 0 && chain.gluedLeft) return 0;
  const start = chain.start(g);
  let end = plan.dates ? foundDate(text, start, plan, sink) : -1;
  if (end < 0 && numericDate(text, start) === undefined) end = documentFrom(text, start, plan, sink);
  let last = g;
  while (last < chain.count && chain.start(last) < end) last += 1;
  return last - g;
}
