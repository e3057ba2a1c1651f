import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';
import { cardAt } from './card-rules.js';
import { DOT, type DigitChain } from './digit-chain.js';
import { chainDocumentAt } from './documents/chain-document.js';
import { ip4At } from './ip4-rules.js';
import type { NumberContext } from './number-context.js';
import { phoneAt } from './phone-rules.js';
import { phoneEnd, phoneStart } from './phone-span.js';
import { ssnAt } from './ssn-rules.js';

// A value freed by its neighbour's finding is looked at again, this often at most.
const rounds = 3;
const fewestCardDigits = 12;

/** Finds what the groups of one chain spell. */
export function classify(text: string, chain: DigitChain, context: NumberContext, plan: Plan, sink: Sink): void {
  context.forget();
  for (let round = 0; round < rounds; round += 1) {
    let taken = 0;
    let left = 0;
    for (let g = 0; g < chain.count; g += 1) {
      if (chain.used[g] === 1) continue;
      const groups = matchAt(text, chain, g, context, plan, sink);
      if (groups === 0) {
        left += 1;
        continue;
      }
      chain.use(g, g + groups - 1);
      g += groups - 1;
      taken += groups;
    }
    if (taken === 0 || left === 0) return;
  }
}

/** What nobody asked for still takes its groups: a card is no phone number. */
function matchAt(text: string, chain: DigitChain, g: number, context: NumberContext, plan: Plan, sink: Sink): number {
  // One digit in a row of them opens nothing but a document's number.
  if (g > 0 && chain.size(g) === 1 && chain.leftSign(g) === chain.sign(g + 1) && chain.sign(g + 1) !== 0) {
    return plan.documents ? chainDocumentAt(text, chain, g, plan, sink) : 0;
  }
  const start = chain.start(g);
  if (chain.sign(g + 1) === DOT && chain.sign(g + 3) === DOT) {
    const groups = ip4At(text, chain, g, context);
    if (groups > 0) {
      if (plan.ip) sink.pii('ip_address', start, chain.end(g + groups - 1));
      return groups;
    }
  }
  if (chain.digits >= fewestCardDigits) {
    const groups = cardAt(text, chain, g, context);
    if (groups > 0) {
      if (plan.card) sink.pii('credit_card', start, chain.end(g + groups - 1));
      return groups;
    }
  }
  if (chain.digits >= 9) {
    const groups = ssnAt(text, chain, g, context);
    if (groups > 0) {
      if (plan.ssn) sink.pii('ssn', start, chain.end(g + groups - 1));
      return groups;
    }
  }
  if (plan.documents) {
    const groups = chainDocumentAt(text, chain, g, plan, sink);
    if (groups > 0) return groups;
  }
  if (!plan.phone || chain.digits < 7) return 0;
  const groups = phoneAt(text, chain, g, context);
  if (groups > 0) {
    const end = chain.end(g + groups - 1);
    sink.pii('phone', phoneStart(text, start, end), phoneEnd(text, end));
  }
  return groups;
}
