import { isDigit } from '../char-class.js';
import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';
import { DigitChain } from './digit-chain.js';
import { cardAt, ip4At, passportAt, ssnAt } from './number-rules.js';
import { phoneAt } from './phone-rules.js';

const fewestDigits = 4; // 1.1.1.1
// A value freed by its neighbour's finding is looked at again, this often at most.
const rounds = 3;
const extension = /,? ?(?:x|ext\.?|extension) ?\d{1,6}(?![A-Za-z0-9_])/iy;

/** Reads the digit chains that start in [from, to); answers up to where digits are dealt with. */
export function scanNumbers(text: string, from: number, to: number, chain: DigitChain, plan: Plan, sink: Sink): number {
  let i = from;
  while (i < to) {
    if (!isDigit(text.charCodeAt(i))) {
      i += 1;
      continue;
    }
    i = chain.read(text, i);
    if (chain.digits >= fewestDigits && (chain.digits >= 7 || chain.count === 4)) classify(text, chain, plan, sink);
  }
  return i;
}

function classify(text: string, chain: DigitChain, plan: Plan, sink: Sink): void {
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
  let taken = 0;
  if (size <= 3 && (taken = ip4At(text, chain, g)) > 0) {
    if (plan.ip) sink.pii('ip_address', start, chain.end(g + taken - 1));
    return taken;
  }
  if (size >= 2 && (taken = cardAt(text, chain, g)) > 0) {
    if (plan.card) sink.pii('credit_card', start, chain.end(g + taken - 1));
    return taken;
  }
  if ((taken = ssnAt(text, chain, g)) > 0) {
    if (plan.ssn) sink.pii('ssn', start, chain.end(g + taken - 1));
    return taken;
  }
  if (plan.passport && (taken = passportAt(text, chain, g)) > 0) {
    sink.pii('passport', start, chain.end(g));
    return taken;
  }
  if (plan.phone && (taken = phoneAt(text, chain, g)) > 0) {
    const end = chain.end(g + taken - 1);
    sink.pii('phone', phoneStart(text, start, end), phoneEnd(text, end));
  }
  return taken;
}

/** Takes in the `+` and the bracket that open a number. */
function phoneStart(text: string, start: number, end: number): number {
  let from = start;
  if (text.charCodeAt(from - 1) === 0x28 && closes(text, from, end)) from -= 1;
  if (text.charCodeAt(from - 1) === 0x2b) from -= 1;
  if (text.charCodeAt(from - 1) === 0x28 && from < start && closes(text, from, end)) from -= 1;
  return from;
}

function closes(text: string, from: number, end: number): boolean {
  const close = text.indexOf(')', from);
  return close > 0 && close < end;
}

function phoneEnd(text: string, end: number): number {
  extension.lastIndex = end;
  return extension.test(text) ? extension.lastIndex : end;
}
