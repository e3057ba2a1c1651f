import { AT, charClass, DIGIT, FOLD, isAlnum, isHex, PAIR, RUN } from './char-class.js';
import type { Sink } from './finding.js';
import { DigitChain } from './pii/digit-chain.js';
import { emailAt } from './pii/email.js';
import { ibanEnd } from './pii/iban.js';
import { ip6Around } from './pii/ip6.js';
import { saysPassport, contextBefore } from './pii/context.js';
import { scanNumbers } from './pii/numbers.js';
import type { Plan } from './plan.js';
import { assignmentAt, flagAt } from './secrets/assignments.js';
import { pemAt } from './secrets/pem.js';
import { bearerAt, scanRun, shortestToken } from './secrets/tokens.js';
import { urlAt } from './secrets/urls.js';

/**
 * One pass over a text. A 64 Ki class table finds the few characters that can start something; each rule then
 * looks around with bounded or non-repeating steps, so the whole is linear in the text.
 */
export class Scanner {
  readonly #plan: Plan;
  readonly #chain = new DigitChain();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /**
   * Adds what `text` holds to the sink. `wide` says that non-ASCII units are letters (a folded text); without it
   * they separate. Answers whether the text may wear a disguise and has to be folded and scanned again.
   */
  scan(text: string, wide: boolean, sink: Sink): boolean {
    const plan = this.#plan;
    const { length } = text;
    const floors: Floors = { pair: 0, address: 0, credentials: -1 };
    let disguised = false;
    let numberFloor = 0;
    let runStart = 0;
    let runEnd = 0;
    let i = 0;
    while (i < length) {
      let kind = charClass[text.charCodeAt(i)] ?? 0;
      if (kind === 0) {
        i += 1;
        continue;
      }
      if ((kind & RUN) !== 0) {
        let seen = 0;
        runStart = i;
        do {
          seen |= kind;
          i += 1;
          kind = i < length ? (charClass[text.charCodeAt(i)] ?? 0) : 0;
        } while ((kind & RUN) !== 0);
        runEnd = i;
        if ((seen & DIGIT) !== 0 && plan.numbers && runEnd > numberFloor && !isOwnHash(text, runStart, runEnd)) {
          numberFloor = scanNumbers(text, Math.max(runStart, numberFloor), runEnd, this.#chain, plan, sink);
        }
        if (runEnd - runStart >= 4) this.#run(text, runStart, runEnd, seen, floors, sink);
      }
      if (kind === PAIR) this.#pair(text, i, runStart, runEnd, floors, sink);
      else if (kind === AT && i !== floors.credentials) this.#at(text, i, wide, sink);
      else if (kind === FOLD && !disguised) disguised = isDisguise(text, i);
      i += 1;
    }
    return disguised;
  }

  #run(text: string, start: number, end: number, seen: number, floors: Floors, sink: Sink): void {
    const plan = this.#plan;
    const size = end - start;
    const first = text.charCodeAt(start);
    if (plan.tokens !== undefined) {
      if (size >= shortestToken) {
        if (!isOwnHash(text, start, end)) scanRun(text, start, end, plan, sink);
        if (plan.blocks && text.charCodeAt(end - 1) === 0x4e && text.startsWith('-----BEGIN', end - 10)) pemAt(text, end - 10, plan, sink);
      } else if (size === 6 && (first | 32) === 0x62 && plan.secrets.has('bearer_token')) bearerAt(text, start, sink);
      if (first === 0x2d && text.charCodeAt(start + 1) === 0x2d && text.charCodeAt(end) === 0x20 && start >= floors.pair) {
        floors.pair = Math.max(floors.pair, flagAt(text, start, end, plan, sink));
      }
    }
    if ((seen & DIGIT) !== 0) this.#document(text, start, end, sink);
  }

  /** Numbers that begin with letters: IBAN, passport. */
  #document(text: string, start: number, end: number, sink: Sink): void {
    const plan = this.#plan;
    if (plan.iban) {
      const stop = ibanEnd(text, start);
      if (stop >= 0) sink.pii('iban', start, stop);
    }
    if (plan.passport && end - start <= 11 && passport.test(text.slice(start, end)) && saysPassport(contextBefore(text, start))) {
      sink.pii('passport', start, end);
    }
  }

  #pair(text: string, at: number, runStart: number, runEnd: number, floors: Floors, sink: Sink): void {
    const plan = this.#plan;
    const next = text.charCodeAt(at + 1);
    if (text.charCodeAt(at) === 0x3a) {
      if (next === 0x2f && text.charCodeAt(at + 2) === 0x2f) {
        if (plan.tokens !== undefined) floors.credentials = urlAt(text, at, plan, sink);
        return;
      }
      if (plan.ip && at >= floors.address && (isHex(next) || next === 0x3a)) floors.address = ip6Around(text, at, floors.address, sink);
    }
    if (plan.tokens !== undefined && at >= floors.pair && runEnd > runStart) {
      floors.pair = Math.max(floors.pair, assignmentAt(text, at, runStart, runEnd, plan, sink));
    }
  }

  #at(text: string, at: number, wide: boolean, sink: Sink): void {
    if (!this.#plan.email || at === 0) return;
    const found = emailAt(text, at, wide);
    if (found !== undefined) sink.pii('email', found.start, found.end);
  }
}

/** Up to where pairs and addresses have been read. */
interface Floors {
  pair: number;
  address: number;
  /** The `@` that ends credentials already found; it is no e-mail address. */
  credentials: number;
}

const passport = /^[A-Z]{1,2}\d{6,9}$/;

/** `[HMAC:0123456789abcdef]`: our own replacement is never redacted again. */
function isOwnHash(text: string, start: number, end: number): boolean {
  return end - start === 16 && text.charCodeAt(start - 1) === 0x3a && text.charCodeAt(end) === 0x5d && text.startsWith('[HMAC:', start - 6);
}

function isDisguise(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  if (c === 0x25) return isHex(next) && isHex(text.charCodeAt(at + 2));
  if (c === 0x26) return next === 0x23 || isAlnum(next);
  return true;
}
