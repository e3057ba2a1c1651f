import { runOutside } from '../call.js';
import type { Child, ChildEnd } from './launcher.js';
import { envelopeBytes, read, write, type FromChild, type ToChild } from './protocol.js';

/** How a question ended: with an answer, or with the child. */
export type Reply = { readonly answer: FromChild } | { readonly end: ChildEnd };

/** What may follow on a question. */
const answersTo: Readonly<Record<'load' | 'call' | 'pull' | 'ping' | 'leave', readonly FromChild['t'][]>> = {
  load: ['loaded', 'refused'],
  call: ['value', 'error', 'withheld', 'stream'],
  pull: ['item', 'end', 'error', 'withheld'],
  ping: ['pong'],
  leave: ['end'],
};

/** Milliseconds that an idle child has to answer, and that it may have been busy with something else. */
const answerWithinMs = 250;
const restlessMs = 20;

interface Asked {
  readonly message: Exclude<ToChild, { t: 'abort' }>;
  readonly maxBytes: number;
  readonly resolve: (reply: Reply) => void;
}

/** The parent's end of one child: a question, its answer, the next question. Whatever else comes ends the child. */
export class Line {
  readonly child: Child;
  /** Tools that this child has at hand, and what they were loaded as. */
  readonly loaded = new Map<string, number>();
  #asked: Asked | undefined;
  #end: ChildEnd | undefined;
  #garbage = false;
  /** Since it went idle: that it answers, and how busy it had been by then. */
  #calm: Promise<number | undefined> | undefined;
  /** Told when the child has ended, by whatever. */
  onEnd: (() => void) | undefined;

  constructor(child: Child) {
    this.child = child;
    runOutside(() => {
      child.onMessage((message) => {
        this.#take(message);
      });
      child.onEnd((end) => {
        this.#ended(end);
      });
    });
  }

  get isOpen(): boolean {
    return this.#end === undefined && !this.#garbage;
  }

  /** Whether an answer is still to come. */
  get isAsking(): boolean {
    return this.#asked !== undefined;
  }

  /** @param maxBytes the most that the value of the answer may have */
  ask(message: Asked['message'], maxBytes = 0): Promise<Reply> {
    if (this.#end !== undefined) return Promise.resolve({ end: this.#end });
    return new Promise((resolve) => {
      this.#asked = { message, maxBytes: maxBytes + envelopeBytes, resolve };
      this.child.post(write(message));
    });
  }

  /** Between two calls: asks whether it is free, so that the answer is there when the next call comes. */
  rest(): void {
    this.#calm = this.ask({ t: 'ping', id: 'ping' }).then((reply) => ('answer' in reply ? (this.child.busyMs?.() ?? 0) : undefined));
  }

  /** Whether it answered, within a moment, and did nothing since: what an earlier call left running would hold up the next. */
  async isCalm(): Promise<boolean> {
    if (!this.isOpen) return false;
    if (this.#calm === undefined) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), answerWithinMs)));
    const busyBefore = await Promise.race([this.#calm, late]);
    clearTimeout(timer);
    this.#calm = undefined;
    return busyBefore !== undefined && (this.child.busyMs?.() ?? 0) - busyBefore <= restlessMs;
  }

  /** Says something that is not answered. */
  tell(message: Extract<ToChild, { t: 'abort' }>): void {
    if (this.isOpen) this.child.post(write(message));
  }

  kill(): Promise<void> {
    return this.child.kill();
  }

  #take(message: unknown): void {
    const asked = this.#asked;
    if (asked === undefined) {
      this.#hangUp();
      return;
    }
    let answer: FromChild;
    try {
      answer = read(message, asked.maxBytes);
    } catch {
      this.#hangUp();
      return;
    }
    if (!fits(answer, asked.message)) {
      this.#hangUp();
      return;
    }
    this.#asked = undefined;
    asked.resolve({ answer });
  }

  /** Nothing that it says is listened to any more; the question is answered by its end. */
  #hangUp(): void {
    if (this.#garbage) return;
    this.#garbage = true;
    // A child that cannot be ended is as good as one that was: nobody listens.
    this.child.kill().catch(() => undefined);
  }

  #ended(end: ChildEnd): void {
    this.#end = this.#garbage ? { ...end, reason: 'garbage', detail: 'it sent what no tool sends' } : end;
    const asked = this.#asked;
    this.#asked = undefined;
    asked?.resolve({ end: this.#end });
    this.onEnd?.();
  }
}

function fits(answer: FromChild, question: Asked['message']): boolean {
  if (answer.id !== question.id || !answersTo[question.t].includes(answer.t)) return false;
  return answer.t !== 'item' || (question.t === 'pull' && answer.n === question.n);
}
