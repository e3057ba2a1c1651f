import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FakeClock } from '../testing/index.js';
import type { PostFailure } from './webhook-post.js';
import { WebhookQueue, type Delivery } from './webhook-queue.js';

const again: PostFailure = { reason: 'again', isFinal: false };
const final: PostFailure = { reason: 'final', isFinal: true };

interface Fate {
  tries: number;
  atOnce: number;
  mostAtOnce: number;
  readonly lost: string[];
}

/** Answers as told, the last answer for ever; throws where the answer is an error. */
function delivery(answers: readonly (PostFailure | undefined | Error)[], fate: Fate): Delivery {
  let at = 0;
  return {
    bytes: 1,
    async try() {
      fate.tries += 1;
      fate.atOnce += 1;
      fate.mostAtOnce = Math.max(fate.mostAtOnce, fate.atOnce);
      await Promise.resolve();
      fate.atOnce -= 1;
      const answer = answers[Math.min(at, answers.length - 1)];
      at += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    lost: (reason) => void fate.lost.push(reason),
  };
}

const newFate = (): Fate => ({ tries: 0, atOnce: 0, mostAtOnce: 0, lost: [] });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function quiet(queue: WebhookQueue, clock: FakeClock): Promise<void> {
  for (let i = 0; i < 500 && queue.waiting > 0; i += 1) {
    await turn();
    clock.advance(30_000);
  }
}

describe('the queue', () => {
  it('delivers or counts as lost, once, whatever comes of the tries, and never sends more than four at once', async () => {
    const answer = fc.constantFrom<PostFailure | undefined | Error>(undefined, again, final, { ...again, retryAfterMs: 300_000 }, new Error('x'));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(answer, { minLength: 1, maxLength: 4 }), { maxLength: 30 }), fc.nat(3), fc.option(fc.nat(20)), async (plans, retries, closesAfter) => {
        const [clock, fate] = [new FakeClock(), newFate()];
        const queue = new WebhookQueue(retries, clock);
        for (const plan of plans) queue.add(delivery(plan, fate));

        if (closesAfter === null) await quiet(queue, clock);
        else {
          for (let i = 0; i < closesAfter; i += 1) await turn();
          const closing = queue.close(1_000);
          for (let i = 0; i < 10; i += 1) {
            await turn();
            clock.advance(1_000);
          }
          await closing;
        }

        expect({ done: queue.delivered + queue.lost, waiting: queue.waiting }).toEqual({ done: plans.length, waiting: 0 });
        expect(fate.lost).toHaveLength(queue.lost);
        expect(fate.mostAtOnce).toBeLessThanOrEqual(4);
        expect(fate.tries).toBeLessThanOrEqual(plans.length * (retries + 1));
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it('takes nothing once it is closed', async () => {
    const [clock, fate] = [new FakeClock(), newFate()];
    const queue = new WebhookQueue(3, clock);
    await queue.close(1_000);

    queue.add(delivery([undefined], fate));
    await turn();

    expect(queue).toMatchObject({ delivered: 0, lost: 1, waiting: 0 });
    expect(fate).toMatchObject({ tries: 0, lost: ['the container is closed'] });
  });

  it('lets one that pauses hold up no other', async () => {
    const [clock, stuck, others] = [new FakeClock(), newFate(), newFate()];
    const queue = new WebhookQueue(1_000, clock);
    for (let i = 0; i < 10; i += 1) queue.add(delivery([again], stuck));
    for (let i = 0; i < 10; i += 1) queue.add(delivery([undefined], others));

    for (let i = 0; i < 50; i += 1) await turn();

    expect(queue).toMatchObject({ delivered: 10, lost: 0, waiting: 10 });
    expect(stuck.tries).toBe(10);
    await queueClosed(queue, clock);
  });

  it('draws pauses between nothing and a bound that doubles up to half a minute', async () => {
    const pauses: number[] = [];
    class Noting extends FakeClock {
      override schedule(ms: number, action: () => void): () => void {
        pauses.push(ms);
        return super.schedule(ms, action);
      }
    }
    const clock = new Noting();
    const queue = new WebhookQueue(9, clock);

    queue.add(delivery([again], newFate()));
    await quiet(queue, clock);

    expect(pauses).toHaveLength(9);
    for (const [at, ms] of pauses.entries()) expect(ms).toBeLessThanOrEqual(Math.min(1_000 * 2 ** at, 30_000));
    expect(new Set(pauses).size).toBeGreaterThan(3);
  });
});

async function queueClosed(queue: WebhookQueue, clock: FakeClock): Promise<void> {
  const closing = queue.close(1_000);
  clock.advance(1_000);
  await closing;
  expect(queue.waiting).toBe(0);
}
