import { isWord } from '../char-class.js';
import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';
import type { DigitChain } from './digit-chain.js';
import { cardAt, ip4At, passportAt, ssnAt } from './number-rules.js';
import { phoneAt } from './phone-rules.js';

// A value freed by its neighbour's finding is looked at again, this often at most.
const rounds = 3;
const extension = /,? ?(?:x|ext\.?|extension) ?\d{1,6}(?![A-Za-z0-9_])/iy;

/** Finds what the groups of one chain spell. */
export function classify(text: string, chain: DigitChain, plan: Plan, sink: Sink): void {
  for (let round = 0; round < rounds; round += 1) {
    let found = false;
    for (let g = 0; g < chain.count; g += 1) {
      if (chain.used[g] === 1) continue;
      const taken = matchAt(text, chain, g, plan, sink);
      if (taken === 0) continue;
      chain.use(g, g + taken - 1);
      g += taken - 1;
      found = true;
    }
    if (!found || chain.count === 1) return;
  }
}

function matchAt(text: string, chain: DigitChain, g: number, plan: Plan, sink: Sink): number {
  const start = chain.start(g);
  const size = chain.size(g);
  let taken = size <= 3 ? ip4At(text, chain, g) : 0;
  if (taken > 0) return record('ip_address', plan.ip);
  if (size >= 2) taken = cardAt(text, chain, g);
  if (taken > 0) return record('credit_card', plan.card);
  taken = ssnAt(text, chain, g);
  if (taken > 0) return record('ssn', plan.ssn);
  taken = plan.passport ? passportAt(text, chain, g) : 0;
  if (taken > 0) return record('passport', true);
  taken = plan.phone ? phoneAt(text, chain, g) : 0;
  if (taken > 0) {
    const end = chain.end(g + taken - 1);
    sink.pii('phone', phoneStart(text, start, end), phoneEnd(text, end));
  }
  return taken;

  // What nobody asked for still takes its groups: a card is no phone number.
  function record(category: string, wanted: boolean): number {
    if (wanted) sink.pii(category, start, chain.end(g + taken - 1));
    return taken;
  }
}

/** Takes in the `+` and the bracket that open a number; the bracket of a call stays. */
function phoneStart(text: string, start: number, end: number): number {
  let from = start;
  if (opens(text, from - 1, end)) from -= 1;
  if (text.charCodeAt(from - 1) === 0x2b) from -= 1;
  if (from < start && opens(text, from - 1, end)) from -= 1;
  return from;
}

function opens(text: string, at: number, end: number): boolean {
  if (at < 0 || text.charCodeAt(at) !== 0x28 || (at > 0 && isWord(text.charCodeAt(at - 1)))) return false;
  for (let i = at; i < end; i += 1) if (text.charCodeAt(i) === 0x29) return true;
  return false;
}

function phoneEnd(text: string, end: number): number {
  extension.lastIndex = end;
  return extension.test(text) ? extension.lastIndex : end;
}
