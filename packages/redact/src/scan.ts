import { AT, charClass, DIGIT, FOLD, isDigit, isRun, PAIR } from './char-class.js';
import type { Sink } from './finding.js';
import { isDisguise } from './fold/is-disguise.js';
import { colonAt } from './pii/colon.js';
import { Digits } from './pii/digits.js';
import { documentRun } from './pii/documents/document-run.js';
import { emailAt } from './pii/email.js';
import type { Plan } from './plan.js';
import { assignmentAt } from './secrets/assignments.js';
import { scanRun, shortestRun } from './secrets/runs.js';
import { urlAt } from './secrets/urls.js';

/** How far a text has been dealt with: what makes every rule look at a character only a fixed number of times. */
export interface Floors {
  /** Pairs before this stand inside a value. */
  pair: number;
  /** Where the last bare value stopped; the same stop serves every sign before it. */
  stop: number;
  /** Colons before this belong to an address-like run already read. */
  address: number;
  /** The `@` that ends credentials already found; it is no e-mail address. */
  credentials: number;
}

/**
 * Two passes over a text, both without allocation until something is found: one stops at the few characters that
 * can start something, one skips from run to long run. Rules look around with bounded or non-repeating steps, so
 * the whole is linear in the text.
 */
export class Scanner {
  readonly #plan: Plan;
  readonly #digits: Digits;
  /** Findings that end before the present run. */
  #passed = 0;
  readonly #wanted: number;
  /** Find the next character of a class faster than a loop does, once it is far: with disguises, and without. */
  readonly #far: RegExp;
  readonly #farPlain: RegExp;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#digits = new Digits(plan);
    this.#wanted = triggersOf(plan);
    this.#far = searchFor(this.#wanted | FOLD);
    this.#farPlain = searchFor(this.#wanted);
  }

  /**
   * Adds what `text` holds to the sink. `wide` says that non-ASCII units are letters (a folded text); without it
   * they separate. Answers whether the text may wear a disguise and has to be folded and scanned again.
   */
  scan(text: string, wide: boolean, sink: Sink): boolean {
    const plan = this.#plan;
    const floors: Floors = { pair: 0, stop: 0, address: 0, credentials: -1 };
    let disguised = false;
    // Once a disguise is seen, the rest of them tells nothing new.
    let mask = wide ? this.#wanted : this.#wanted | FOLD;
    for (let i = this.#next(text, 0, mask); i >= 0; i = this.#next(text, i + 1, mask)) {
      const kind = (charClass[text.charCodeAt(i)] ?? 0) & mask;
      if (kind === DIGIT) i = this.#digits.at(text, i, sink);
      else if (kind === PAIR) this.#pair(text, i, floors, sink);
      else if (kind === AT) {
        if (i > 0 && i !== floors.credentials && !email(text, i, wide, sink)) sink.doubtful = true;
      } else if (isDisguise(text, i)) {
        disguised = true;
        mask = this.#wanted;
      }
    }
    this.#passed = 0;
    if (plan.tokens !== undefined || plan.runs) this.#runs(text, floors, sink);
    return disguised;
  }

  /** The next unit of these classes from `at` on, -1 when there is none. */
  #next(text: string, at: number, mask: number): number {
    const near = Math.min(text.length, at + stretch);
    for (let i = at; i < near; i += 1) if (((charClass[text.charCodeAt(i)] ?? 0) & mask) !== 0) return i;
    if (near === text.length) return -1;
    const far = (mask & FOLD) === 0 ? this.#farPlain : this.#far;
    far.lastIndex = near;
    return far.test(text) ? far.lastIndex - 1 : -1;
  }

  #pair(text: string, at: number, floors: Floors, sink: Sink): void {
    const plan = this.#plan;
    if (text.charCodeAt(at) === 0x3a) {
      const next = text.charCodeAt(at + 1);
      if (next === 0x2f && text.charCodeAt(at + 2) === 0x2f) {
        if (plan.tokens !== undefined) floors.credentials = urlAt(text, at, plan, sink);
        return;
      }
      colonAt(text, at, plan, floors, sink);
    }
    if (plan.tokens !== undefined && at >= floors.pair && at > 1) assignmentAt(text, at, plan, floors, sink);
  }

  /** Finds every run of `shortestRun` or more by looking at each shortestRun-th unit only. */
  #runs(text: string, floors: Floors, sink: Sink): void {
    const { length } = text;
    let from = 0;
    for (let probe = shortestRun - 1; probe < length; probe = from + shortestRun - 1) {
      if (!isRun(text.charCodeAt(probe))) {
        from = probe + 1;
        continue;
      }
      let start = probe;
      while (start > from && isRun(text.charCodeAt(start - 1))) start -= 1;
      let end = probe + 1;
      while (end < length && isRun(text.charCodeAt(end))) end += 1;
      if (end - start >= shortestRun) this.#run(text, start, end, floors, sink);
      from = end + 1;
    }
  }

  #run(text: string, start: number, end: number, floors: Floors, sink: Sink): void {
    const plan = this.#plan;
    const before = sink.found.length;
    if (plan.tokens !== undefined) scanRun(text, start, end, plan, floors, sink);
    if (plan.runs) documentRun(text, start, end, plan, sink);
    // Words are runs as well; what has a digit and was nothing may be something elsewhere.
    if (!sink.doubtful && sink.found.length === before && hasDigit(text, start, end) && !this.#isFound(start, end, sink)) sink.doubtful = true;
  }

  /** Whether the first pass has found what this run is. Runs come in order, and so do its findings, but for a few. */
  #isFound(start: number, end: number, { found }: Sink): boolean {
    while (this.#passed < found.length && (found[this.#passed]?.end ?? 0) <= start) this.#passed += 1;
    const next = found[this.#passed];
    return next !== undefined && next.start <= start && next.end >= end;
  }
}

/** A loop is faster than a search for so many units. */
const stretch = 24;

function triggersOf({ numbers, email, tokens, ip, mac }: Plan): number {
  return (numbers ? DIGIT : 0) | (email ? AT : 0) | (tokens !== undefined || ip || mac ? PAIR : 0);
}

function searchFor(classes: number): RegExp {
  const units = [
    ...((classes & DIGIT) === 0 ? [] : ['0-9']),
    ...((classes & AT) === 0 ? [] : ['@']),
    ...((classes & PAIR) === 0 ? [] : [':=']),
    ...((classes & FOLD) === 0 ? [] : ['%&\\\\\\u0080-\\uffff']),
  ];
  return new RegExp(`[${units.join('')}]`, 'g');
}

function hasDigit(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if (isDigit(text.charCodeAt(i))) return true;
  return false;
}

function email(text: string, at: number, wide: boolean, sink: Sink): boolean {
  const found = emailAt(text, at, wide);
  if (found !== undefined) sink.pii('email', found.start, found.end);
  return found !== undefined;
}
