import { describe, it } from '@jest/globals';
import { limitStoreLaws } from '../../testing/limit-store-laws.js';
import { MemoryLimitStore } from './memory-limit-store.js';

describe('MemoryLimitStore', () => {
  it.each(limitStoreLaws(() => new MemoryLimitStore(), { advance: () => undefined }).map((law) => [law.title, law] as const))('%s', async (_title, law) => {
    await law.check();
  });

  it.each(limitStoreLaws(() => new MemoryLimitStore()).map((law) => [law.title, law] as const))('%s, in real time', async (_title, law) => {
    await law.check();
  });
});
