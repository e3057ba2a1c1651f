import { must, type Law } from '../law.js';
import { lawsOf, type Attempt, type LawBench, type LawTime, type MakeStore } from './law-bench.js';

const sliding = { maxCalls: 3, windowMs: 60 } as const;
const spread = { maxCalls: 4, windowMs: 240, algorithm: 'gcra', burst: 2 } as const;
const interval = spread.windowMs / spread.maxCalls;

/** Rates: windows that slide, calls that are spread out, blocked calls that count. */
export function rateLaws(make: MakeStore, time: LawTime): readonly Law[] {
  return lawsOf(make, time, {
    'never lets more calls into any window than the rule says': neverAbove,
    'says when one more call fits a window: refused before, let in then': honestWait,
    'lets a burst in at once under gcra, and then one call an interval': spreadOut,
    'never lets more calls in under gcra than the burst and one an interval': neverAboveSpread,
    'of several full rates names the one that takes longest': longestWait,
    'keeps the calls of different keys apart, whatever the keys': keysApart,
    'gives a place back when the tool did not run': async (bench) => {
      for (const rule of [{ ...sliding, maxCalls: 1 }, { ...spread, burst: 1 }]) {
        const rates = [bench.rate(rule, JSON.stringify(rule))];
        (await bench.held({ rates }, 'the first')).release();

        await bench.comesFree({ rates }, 'the place did not come back');
      }
    },
    'gives no place back twice': doubleRelease,
    'gives no place back that a gcra rate has forgotten': lateRelease,
    'keeps the place of a call that ran': async (bench) => {
      const rates = [bench.rate({ maxCalls: 1, windowMs: 60_000 })];
      (await bench.held({ rates }, 'the first')).settle(0);

      await bench.refused({ rates }, 'rate', 'the second');
    },
    'counts what was blocked elsewhere': async (bench) => {
      const rates = [bench.rate({ maxCalls: 2, windowMs: 60_000 })];
      await bench.store.count(rates, bench.now);

      await bench.held({ rates }, 'one place is left');
      await bench.refused({ rates }, 'rate', 'none is left');
    },
    'counts a call that ran or was taken back, where blocked calls count': async (bench) => {
      const rates = [bench.rate({ maxCalls: 1, windowMs: 60_000 }, 'attempts', true)];
      (await bench.held({ rates }, 'the first')).release();

      await bench.refused({ rates }, 'rate', 'the attempt counts');
    },
    'counts refused calls in the rates that ask for it, and in no other': blockedCount,
    'tells a wait that is long enough also where the refused call counts': async (bench) => {
      const rates = [bench.rate({ maxCalls: 2, windowMs: 60 }, 'attempts', true)];
      await bench.held({ rates }, 'the first');
      await bench.pass(30);
      await bench.held({ rates }, 'the second');
      const { retryAfterMs } = await bench.refused({ rates }, 'rate', 'two calls were made');
      await bench.pass(retryAfterMs);

      await bench.held({ rates }, 'waiting as told was not enough');
    },
    'lets calls in again after a flood of blocked ones': afterTheFlood,
  });
}

async function neverAbove(bench: LawBench): Promise<void> {
  const rates = [bench.rate(sliding)];
  const passed: Attempt[] = [];
  for (let i = 0; i < 40; i += 1) {
    const attempt = await bench.attempt({ rates });
    if (attempt.answer.refused === undefined) passed.push(attempt);
    await bench.pass((i * 7) % 13);
  }
  must(passed.length > sliding.maxCalls, 'the window never slid on');
  passed.slice(sliding.maxCalls).forEach((last, i) => {
    const first = passed[i]?.from ?? 0;
    must(last.to - first >= sliding.windowMs, `${String(sliding.maxCalls + 1)} calls within ${String(last.to - first)} ms`);
  });
}

async function honestWait(bench: LawBench): Promise<void> {
  const rates = [bench.rate(sliding)];
  const started = bench.now;
  for (let i = 0; i < sliding.maxCalls; i += 1) await bench.held({ rates }, 'room for the first calls');
  const { retryAfterMs } = await bench.refused({ rates }, 'rate', 'the window is full');
  must(retryAfterMs > 0 && retryAfterMs <= sliding.windowMs, `told to wait ${String(retryAfterMs)} ms`);
  await bench.pass(Math.max(0, sliding.windowMs - (bench.now - started) - 20));
  const early = await bench.attempt({ rates });
  // A millisecond of slack: the store's clock need not be this one.
  must(early.answer.refused === 'rate' || early.to - started >= sliding.windowMs - 1, 'let in before its time');
  if (early.answer.refused !== 'rate') return;
  await bench.pass(early.answer.retryAfterMs);

  await bench.held({ rates }, 'waiting as told was not enough');
}

async function spreadOut(bench: LawBench): Promise<void> {
  const rates = [bench.rate(spread)];
  for (let i = 0; i < spread.burst; i += 1) await bench.held({ rates }, 'the burst');
  for (let i = 0; i < 3; i += 1) {
    const { retryAfterMs } = await bench.refused({ rates }, 'rate', 'more than the burst');
    must(retryAfterMs > 0 && retryAfterMs <= interval + 1, `told to wait ${String(retryAfterMs)} ms`);
    await bench.pass(retryAfterMs);
    await bench.held({ rates }, 'waiting as told was not enough');
  }
}

async function neverAboveSpread(bench: LawBench): Promise<void> {
  const rates = [bench.rate({ ...spread, windowMs: 80 })];
  const each = 80 / spread.maxCalls;
  const passed: Attempt[] = [];
  for (let i = 0; i < 40; i += 1) {
    const attempt = await bench.attempt({ rates });
    if (attempt.answer.refused === undefined) passed.push(attempt);
    await bench.pass((i * 5) % 11);
  }
  must(passed.length > spread.burst, 'no call after the burst');
  passed.forEach(({ to }, last) => {
    passed.slice(0, last).forEach(({ from }, first) => {
      const most = Math.floor((to - from + 1) / each) + spread.burst;
      must(last - first + 1 <= most, `${String(last - first + 1)} calls within ${String(to - from)} ms`);
    });
  });
}

async function longestWait(bench: LawBench): Promise<void> {
  const rates = [bench.rate({ maxCalls: 1, windowMs: 30 }, 'short'), bench.rate({ maxCalls: 1, windowMs: 150 }, 'long')];
  await bench.held({ rates }, 'room in both');
  const refusal = await bench.attempt({ rates });
  if (refusal.answer.refused !== 'rate') throw new Error('both were full');
  must(refusal.answer.index === 1, 'the short window was named');
  await bench.pass(refusal.answer.retryAfterMs);

  await bench.held({ rates }, 'waiting as told was not enough');
}

async function keysApart(bench: LawBench): Promise<void> {
  const names = ['', '__proto__', 'constructor', 'a', 'A', 'a\0', 'a\0b', 'a:b', '{a}', '\u00e9', 'e\u0301', '😀', ' ', '*', '\r\n', 'x'.repeat(2_000)];
  for (const name of names) await bench.held({ rates: [bench.rate({ maxCalls: 1, windowMs: 60_000 }, name)] }, `the first under ${JSON.stringify(name.slice(0, 9))}`);

  for (const name of names) await bench.refused({ rates: [bench.rate({ maxCalls: 1, windowMs: 60_000 }, name)] }, 'rate', `the second under ${JSON.stringify(name.slice(0, 9))}`);
}

async function doubleRelease(bench: LawBench): Promise<void> {
  for (const rule of [{ maxCalls: 2, windowMs: 60_000 }, { maxCalls: 2, windowMs: 60_000, algorithm: 'gcra', burst: 2 } as const]) {
    const rates = [bench.rate(rule, JSON.stringify(rule))];
    const first = await bench.held({ rates }, 'the first');
    await bench.held({ rates }, 'the second');
    first.release();
    first.release();
    first.settle(0);
    await bench.comesFree({ rates }, 'the place did not come back');

    await bench.refused({ rates }, 'rate', 'a place came back twice');
  }
}

async function lateRelease(bench: LawBench): Promise<void> {
  const rates = [bench.rate(spread)];
  const old = await bench.held({ rates }, 'the first');
  await bench.pass(interval * 2);
  const burst = await bench.attempt({ rates });
  await bench.held({ rates }, 'the burst, after a pause');
  old.release();

  // Settles the store before it is asked.
  await bench.spent(bench.budget(undefined));
  const more = await bench.attempt({ rates });
  must(more.answer.refused === 'rate' || more.to - burst.from >= interval - 1, 'a place came back that had been forgotten');
}

async function blockedCount(bench: LawBench): Promise<void> {
  const attempts = bench.rate({ maxCalls: 3, windowMs: 60_000 }, 'attempts', true);
  const calls = bench.rate({ maxCalls: 1, windowMs: 60_000 }, 'calls');
  const slots = [bench.slot(1)];
  const budgets = [bench.budget(5)];
  const holder = await bench.held({ slots }, 'the only slot');
  await bench.refused({ rates: [attempts, calls], slots }, 'slot', 'the slot is taken');
  await bench.refused({ rates: [attempts, calls], budgets, costMicros: 6 }, 'budget', 'the budget is small');
  holder.release();

  await bench.held({ rates: [attempts, calls] }, 'a place is left in both');
  const { index } = await bench.refused({ rates: [attempts] }, 'rate', 'three attempts were made');
  must(index === 0, 'another rate was named');
}

async function afterTheFlood(bench: LawBench): Promise<void> {
  for (const rule of [{ maxCalls: 2, windowMs: 50 }, { maxCalls: 2, windowMs: 50, algorithm: 'gcra', burst: 2 } as const]) {
    const rates = [bench.rate(rule, JSON.stringify(rule), true)];
    for (let i = 0; i < 30; i += 1) await bench.store.count(rates, bench.now);
    const { retryAfterMs } = await bench.refused({ rates }, 'rate', 'the flood counts');
    must(retryAfterMs > 0 && retryAfterMs <= rule.windowMs, `told to wait ${String(retryAfterMs)} ms`);
    await bench.pass(rule.windowMs);

    await bench.held({ rates }, 'the flood is over');
  }
}
