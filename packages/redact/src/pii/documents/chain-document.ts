import { isDigit } from '../../char-class.js';
import type { Sink } from '../../finding.js';
import type { Plan } from '../../plan.js';
import { DOT, HYPHEN, SLASH, SPACE, type DigitChain } from '../digit-chain.js';
import { numericDate } from './date-at.js';
import { documentFrom } from './document-number.js';
import { reachBefore } from './topics.js';
import { longestWritten } from './written-number.js';
import { foundDate, foundTime } from './found-date.js';
import { mayBeStrong } from './strong-rules.js';

/** How many groups of the chain from `g` on are a document's number or a date, 0 for none. */
export function chainDocumentAt(text: string, chain: DigitChain, g: number, plan: Plan, sink: Sink): number {
  if (g === 0 && chain.gluedLeft) return 0;
  const start = chain.start(g);
  const end = endOf(text, start, chain, g, plan, sink);
  let last = g;
  while (last < chain.count && chain.start(last) < end) last += 1;
  return last - g;
}

function endOf(text: string, start: number, chain: DigitChain, g: number, plan: Plan, sink: Sink): number {
  const sign = text.charCodeAt(start - 1);
  // What a sign ties to the digits before it is none of these; a time of day may stand behind a hyphen.
  if (sign !== SPACE && isDigit(text.charCodeAt(start - 2)) && (sign === HYPHEN || sign === DOT || sign === SLASH)) {
    return sign === HYPHEN && plan.dates ? foundTime(text, start, plan, sink) : -1;
  }
  const end = plan.dates ? foundDate(text, start, plan, sink) : -1;
  return end >= 0 || isDeep(text, chain, g) || numericDate(text, start) !== undefined ? end : documentFrom(text, start, plan, sink, chain.origin);
}

/**
 * A group in the midst of a row, a space on either side: no words are near enough to name it, and no form without words
 * has a first group of this size and more of them in a row.
 */
function isDeep(text: string, chain: DigitChain, g: number): boolean {
  const start = chain.start(g);
  if (start - chain.origin < reachBefore || chain.end(chain.count - 1) - start <= longestWritten) return false;
  if (text.charCodeAt(chain.end(g)) !== SPACE || text.charCodeAt(start - 1) !== SPACE || !isDigit(text.charCodeAt(start - 2))) return false;
  return !mayBeStrong(true, 1, chain.size(g));
}
