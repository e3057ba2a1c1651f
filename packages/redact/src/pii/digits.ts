import { isDigit, isWord } from '../char-class.js';
import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';
import { DigitChain } from './digit-chain.js';
import { documentAt } from './documents/document-at.js';
import { classify } from './numbers.js';

/** Reads what begins with a digit. One instance is reused for a whole scan. */
export class Digits {
  readonly #plan: Plan;
  readonly #chain = new DigitChain();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** Reads the digit chain here; answers its last unit, which is where the caller goes on. */
  at(text: string, at: number, sink: Sink): number {
    const plan = this.#plan;
    const next = at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
    if (plan.documents) documentAt(text, at, plan, sink);
    if (isWord(next) && !isDigit(next)) return at;
    const chain = this.#chain;
    const resume = chain.read(text, at);
    if (chain.digits >= 7 || chain.count >= 4) {
      if (!(chain.count === 1 && chain.digits < 17 && isOwnHash(text, at))) classify(text, chain, plan, sink);
    }
    return resume - 1;
  }
}

/** Digits of `[HMAC:0123456789abcdef]`: our own replacement is never redacted again. */
function isOwnHash(text: string, at: number): boolean {
  return text.charCodeAt(at - 1) === 0x3a && text.startsWith('[HMAC:', at - 6) && text.charCodeAt(at + 16) === 0x5d;
}
