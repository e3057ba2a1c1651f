import { isDigit } from '../../char-class.js';
import type { Sink } from '../../finding.js';
import type { Plan } from '../../plan.js';
import { SPACE, type DigitChain } from '../digit-chain.js';
import { numericDate } from './date-at.js';
import { documentFrom } from './document-number.js';
import { reachBefore } from './topics.js';
import { longestWritten } from './written-number.js';
import { foundDate } from './found-date.js';

/** How many groups of the chain from `g` on are a document's number or a date, 0 for none. */
export function chainDocumentAt(text: string, chain: DigitChain, g: number, plan: Plan, sink: Sink): number {
  if (g === 0 && chain.gluedLeft) return 0;
  const start = chain.start(g);
  let end = plan.dates ? foundDate(text, start, plan, sink) : -1;
  if (end < 0 && !isDeep(text, chain, g) && numericDate(text, start) === undefined) end = documentFrom(text, start, plan, sink, chain.origin);
  let last = g;
  while (last < chain.count && chain.start(last) < end) last += 1;
  return last - g;
}

const fewestAlone = 8;

/**
 * A short group in the midst of a row, a space on either side: no words are near enough to name it, and no form without
 * words has a first group so short and more of them in a row.
 */
function isDeep(text: string, chain: DigitChain, g: number): boolean {
  const start = chain.start(g);
  if (start - chain.origin < reachBefore || chain.end(chain.count - 1) - start <= longestWritten) return false;
  return chain.size(g) < fewestAlone && text.charCodeAt(chain.end(g)) === SPACE && text.charCodeAt(start - 1) === SPACE && isDigit(text.charCodeAt(start - 2));
}
