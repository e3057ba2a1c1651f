import { randomInt } from 'node:crypto';
import { runOutside } from '../call.js';
import type { Clock } from '../time/clock.js';
import type { PostFailure } from './webhook-post.js';

/** One event on its way to one receiver. */
export interface Delivery {
  /** What it takes while it waits. */
  readonly bytes: number;
  /** Tries once; never rejects. */
  try(signal: AbortSignal): Promise<PostFailure | undefined>;
  /** Told once, when it is given up. */
  lost(reason: string, tries: number): void;
}

interface Job {
  readonly delivery: Delivery;
  tries: number;
  /** Whether its bytes count. */
  isHeld: boolean;
}

/** Events that wait, are being sent or pause before another try. Past this many the newest are lost: the first ones tell how it began. */
export const mostWaiting = 1_000;
export const mostBytes = 8 * 1024 * 1024;
const mostAtOnce = 4;
const [firstPauseMs, longestPauseMs] = [1_000, 30_000];

/**
 * Sends deliveries off the path of calls, a few at a time, each tried again with pauses that grow and are drawn at random up
 * to their bound, so that many senders do not come back together. Everything added is delivered or counted as lost.
 */
export class WebhookQueue {
  readonly #retries: number;
  readonly #clock: Clock;
  readonly #ready: Job[] = [];
  readonly #pausing = new Map<Job, () => void>();
  readonly #abort = new AbortController();
  readonly #idle = new Set<() => void>();
  #underWay = 0;
  #bytes = 0;
  #delivered = 0;
  #lost = 0;
  #isClosed = false;

  constructor(retries: number, clock: Clock) {
    this.#retries = retries;
    this.#clock = clock;
  }

  get delivered(): number {
    return this.#delivered;
  }

  get lost(): number {
    return this.#lost;
  }

  get waiting(): number {
    return this.#ready.length + this.#underWay + this.#pausing.size;
  }

  add(delivery: Delivery): void {
    const job: Job = { delivery, tries: 0, isHeld: false };
    if (this.#isClosed) return this.#lose(job, 'the container is closed');
    if (this.waiting >= mostWaiting) return this.#lose(job, `${String(mostWaiting)} others are waiting`);
    if (this.#bytes + delivery.bytes > mostBytes) return this.#lose(job, `${String(mostBytes)} bytes are waiting`);
    this.#bytes += delivery.bytes;
    job.isHeld = true;
    this.#ready.push(job);
    this.#pump();
  }

  /** Resolves when nothing waits any more, or when the time is up; what is left then is lost. Nothing is taken afterwards. */
  async close(withinMs: number): Promise<void> {
    await this.#settled(withinMs);
    this.#isClosed = true;
    const left = [...this.#ready.splice(0), ...this.#pausing.keys()];
    for (const cancel of this.#pausing.values()) cancel();
    this.#pausing.clear();
    for (const job of left) this.#lose(job, 'the container was closed');
    // Those under way end as lost; their answers are not waited for by anyone.
    this.#abort.abort();
    await this.#settled(withinMs);
  }

  #settled(withinMs: number): Promise<void> {
    if (this.waiting === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        stop();
        this.#idle.delete(done);
        resolve();
      };
      const stop = this.#clock.schedule(withinMs, done);
      this.#idle.add(done);
    });
  }

  #pump(): void {
    while (this.#underWay < mostAtOnce) {
      const job = this.#ready.shift();
      if (job === undefined) return;
      this.#underWay += 1;
      // Sending is no part of the call that it tells of: the network rules of a tool are not ours.
      void runOutside(() => this.#send(job));
    }
  }

  async #send(job: Job): Promise<void> {
    // Later than the code that added it: not even the making of a request is in a call's way.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    job.tries += 1;
    const failure = await job.delivery.try(this.#abort.signal).catch((): PostFailure => ({ reason: 'could not be sent', isFinal: true }));
    this.#underWay -= 1;
    if (failure === undefined) this.#arrived(job);
    else if (failure.isFinal || this.#isClosed || job.tries > this.#retries) this.#lose(job, failure.reason);
    else this.#pause(job, failure.retryAfterMs ?? 0);
    this.#pump();
    if (this.waiting === 0) for (const done of [...this.#idle]) done();
  }

  #pause(job: Job, atLeastMs: number): void {
    const bound = Math.min(firstPauseMs * 2 ** (job.tries - 1), longestPauseMs);
    const cancel = this.#clock.schedule(Math.max(randomInt(bound + 1), atLeastMs), () => {
      this.#pausing.delete(job);
      this.#ready.push(job);
      this.#pump();
    }, { isBackground: true });
    this.#pausing.set(job, cancel);
  }

  #arrived(job: Job): void {
    this.#delivered += 1;
    this.#letGo(job);
  }

  #lose(job: Job, reason: string): void {
    this.#lost += 1;
    this.#letGo(job);
    job.delivery.lost(reason, job.tries);
  }

  #letGo(job: Job): void {
    if (job.isHeld) this.#bytes -= job.delivery.bytes;
    job.isHeld = false;
  }
}
