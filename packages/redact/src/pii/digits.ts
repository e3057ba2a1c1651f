import { isDigit, isWord } from '../char-class.js';
import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';
import { DigitChain, isSeparator, mostSigns, separatorEnd } from './digit-chain.js';
import { documentAt } from './documents/document-at.js';
import { NumberContext } from './number-context.js';
import { classify } from './numbers.js';

const fewestDigits = 7;
/** `3/4/80` is a date. */
const fewestOfDate = 4;
/** A chain longer than this may be cut in two by a stream, so a stream is told to wait for its end. */
const longestOpen = 32;

/** Reads what begins with a digit. One instance is reused for a whole scan. */
export class Digits {
  readonly #plan: Plan;
  readonly #chain = new DigitChain();
  readonly #context = new NumberContext();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** Reads the digit chain here; answers its last unit, which is where the caller goes on. */
  at(text: string, at: number, sink: Sink): number {
    const plan = this.#plan;
    const { length } = text;
    if (plan.documents) {
      sink.doubtful = true;
      documentAt(text, at, plan, sink);
    }
    let end = at + 1;
    while (end < length && isDigit(text.charCodeAt(end))) end += 1;
    if (end === at + 1 && end < length && isWord(text.charCodeAt(end))) return at;
    // Most numbers are short and stand alone.
    if (end - at < fewestDigits && separatorEnd(text, end) < 0) return end - 1;
    const chain = this.#chain;
    const resume = chain.read(text, at, end);
    if (chain.digits >= fewestDigits || chain.count >= 4 || (plan.dates && chain.digits >= fewestOfDate && chain.count === 3)) {
      if (!(chain.count === 1 && chain.digits < 17 && isOwnHash(text, at, chain.digits))) {
        classify(text, chain, this.#context, plan, sink);
        if (!chain.isSpent) sink.doubtful = true;
      }
    }
    this.#keepWhole(text, resume, sink);
    return resume - 1;
  }

  #keepWhole(text: string, resume: number, sink: Sink): void {
    const { tail, origin } = this.#chain;
    if (tail === 0 && resume - origin > longestOpen && mayGoOn(text, resume)) sink.open(origin);
  }
}

/** Whether the text ends before another group could be ruled out. */
function mayGoOn(text: string, at: number): boolean {
  let i = at;
  while (i < text.length && i <= at + mostSigns && isSeparator(text.charCodeAt(i))) i += 1;
  return i === text.length && i - at <= mostSigns;
}

/** Digits of `[HMAC:0123456789abcdef]`: our own replacement is never redacted again. */
function isOwnHash(text: string, at: number, digits: number): boolean {
  if (text.charCodeAt(at - 1) !== 0x3a || text.charCodeAt(at + 16) !== 0x5d) return false;
  // Ours has a letter; sixteen digits are a card that hides there.
  return (digits < 16 && text.startsWith('[HMAC:', at - 6)) || text.startsWith('[SHA256:', at - 8);
}
