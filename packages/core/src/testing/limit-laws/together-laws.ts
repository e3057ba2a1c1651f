import { must, type Law } from '../law.js';
import { lawsOf, type LawTime, type MakeStore } from './law-bench.js';

/** All or nothing: a call gets everything that it needs, or takes nothing. */
export function togetherLaws(make: MakeStore, time: LawTime): readonly Law[] {
  return lawsOf(make, time, {
    'takes no place in a rate, and no slot, for a call that a budget refuses': async (bench) => {
      const rates = [bench.rate({ maxCalls: 1, windowMs: 60_000 }), bench.rate({ maxCalls: 1, windowMs: 60_000, algorithm: 'gcra', burst: 1 }, 'gcra')];
      const slots = [bench.slot(1)];
      for (let i = 0; i < 3; i += 1) await bench.refused({ rates, slots, budgets: [bench.budget(5)], costMicros: 6 }, 'budget', 'it costs too much');

      await bench.held({ rates, slots }, 'nothing was taken');
    },
    'sets no money aside, and takes no slot, for a call that a rate refuses': async (bench) => {
      const rates = [bench.rate({ maxCalls: 1, windowMs: 60_000 })];
      const wants = { slots: [bench.slot(1)], budgets: [bench.budget(10)], costMicros: 10 };
      await bench.held({ rates }, 'the only place');
      for (let i = 0; i < 3; i += 1) await bench.refused({ rates, ...wants }, 'rate', 'the window is full');

      await bench.held(wants, 'nothing was taken');
    },
    'sets no money aside, and takes no place, for a call without a slot': async (bench) => {
      const slots = [bench.slot(1)];
      const wants = { rates: [bench.rate({ maxCalls: 1, windowMs: 60_000 })], budgets: [bench.budget(10)], costMicros: 10 };
      await bench.held({ slots }, 'the only slot');
      for (let i = 0; i < 3; i += 1) await bench.refused({ slots, ...wants }, 'slot', 'the slot is taken');

      await bench.held(wants, 'nothing was taken');
    },
    'takes no place in the first rate when the second is full': async (bench) => {
      const [first, second] = [bench.rate({ maxCalls: 2, windowMs: 60_000 }, 'first'), bench.rate({ maxCalls: 1, windowMs: 60_000 }, 'second')];
      await bench.held({ rates: [first, second] }, 'room in both');
      for (let i = 0; i < 3; i += 1) {
        const { index } = await bench.refused({ rates: [first, second] }, 'rate', 'the second is full');
        must(index === 1, `number ${String(index)} was named`);
      }

      await bench.held({ rates: [first] }, 'the first has a place');
    },
    'asks nothing of a call that needs nothing': async (bench) => {
      (await bench.held({}, 'it needs nothing')).settle(0);
      (await bench.held({}, 'it needs nothing')).release();
    },
  });
}
