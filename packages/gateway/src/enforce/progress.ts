import type { Clock } from '@enforcecore/core';
import type { Progress, ServerContext } from '@modelcontextprotocol/server';
import { RateGate } from '../upstream/rate-gate.js';
import type { TextCleaner } from './text-cleaner.js';

/** Notices of progress that reach a client in a second. */
const perSecond = 50;
const longestMessage = 1_000;

/** Passes progress on: numbers as they are, messages cleaned, and not more of it than a client can use. */
export class Progresses {
  readonly #gate: RateGate;
  readonly #cleaner: TextCleaner;

  constructor(clock: Clock, cleaner: TextCleaner) {
    this.#gate = new RateGate(clock, perSecond);
    this.#cleaner = cleaner;
  }

  async pass(ctx: ServerContext, token: string | number, { progress, total, message }: Progress, name: string): Promise<void> {
    if (!this.#gate.passes() || !Number.isFinite(progress)) return;
    const text = typeof message === 'string' ? await this.#cleaner.clean(message.slice(0, longestMessage).toWellFormed(), name) : undefined;
    await ctx.mcpReq.notify({
      method: 'notifications/progress',
      params: { progressToken: token, progress, ...(Number.isFinite(total) && { total }), ...(typeof text === 'string' && { message: text }) },
    });
  }
}

/** What to do with a server's progress on one request; nothing where the client did not ask for it. */
export function progressOf(ctx: ServerContext, progresses: Progresses, name: string): ((progress: Progress) => void) | undefined {
  const token = ctx.mcpReq._meta?.progressToken;
  if (token === undefined) return undefined;
  return (progress) => {
    // Nobody waits for it: a client that is gone, or a message that cannot be cleaned, is no reason for anything.
    progresses.pass(ctx, token, progress, name).catch(() => undefined);
  };
}
