import type { LimitHold } from '../../guard/limits/limit-store.js';
import { must, type Law } from '../law.js';
import { codeOf, lawsOf, type LawBench, type LawTime, type MakeStore } from './law-bench.js';

/** Budgets: money set aside, settled or given back, in whole millionths of a dollar. */
export function budgetLaws(make: MakeStore, time: LawTime): readonly Law[] {
  return lawsOf(make, time, {
    'counts money that is set aside against the budget, and as spent once it is settled': setAside,
    'charges what a call really cost, more or less than was set aside': really,
    'gives back what was set aside when the tool did not run': async (bench) => {
      const budgets = [bench.budget(10)];
      (await bench.held({ budgets, costMicros: 10 }, 'it fits')).release();

      await bench.comesFree({ budgets, costMicros: 10 }, 'the money did not come back');
      must((await bench.spent(bench.budget(10))) === 0, 'released money counts as spent');
    },
    'settles and releases at most once': once,
    'never overspends under calls that come at once': together,
    'refuses a call without a cost once the budget is used up': async (bench) => {
      const budgets = [bench.budget(10)];
      await bench.held({ budgets }, 'nothing is spent yet');
      (await bench.held({ budgets, costMicros: 10 }, 'it fits exactly')).settle(10);
      const { heldMicros, index } = await bench.refused({ budgets }, 'budget', 'the budget is used up');

      must(heldMicros === 10 && index === 0, `told that ${String(heldMicros)} are held`);
    },
    'takes from every account, those without a limit too': everyAccount,
    'counts money that is gone already, over the budget too': async (bench) => {
      const small = bench.budget(10);
      const kept = bench.budget(undefined, 'kept');
      await bench.store.spend([small, kept], 25, bench.wallMs);
      const { heldMicros } = await bench.refused({ budgets: [kept, small], costMicros: 1 }, 'budget', 'more than everything is spent');

      must(heldMicros === 25, `told that ${String(heldMicros)} are held`);
      must((await bench.spent(kept)) === 25, 'the account without a limit was not told');
    },
    'refuses what is no whole amount of money': noAmount,
    'charges what was set aside when the cost of a call is no amount': async (bench) => {
      for (const cost of [Number.NaN, -1, Number.POSITIVE_INFINITY, 0.5, 2 ** 53]) {
        const account = bench.budget(10, `settled with ${String(cost)}`);
        const hold = await bench.held({ budgets: [account], costMicros: 7 }, 'it fits');

        must((await codeOf(() => { hold.settle(cost); })) === 'COST_INVALID', `settled with ${String(cost)}`);
        await bench.comesToSpend(account, 7);
      }
    },
    'keeps accounts apart, whatever their names': async (bench) => {
      const names = ['', '__proto__', 'constructor', 'a', 'a\0', 'a\0b', 'a:b', '{a}', '\u00e9', 'e\u0301'];
      for (const [i, name] of names.entries()) await bench.store.spend([bench.budget(undefined, name)], i + 1, bench.wallMs);

      for (const [i, name] of names.entries()) must((await bench.spent(bench.budget(undefined, name))) === i + 1, `${JSON.stringify(name)} is mixed up`);
    },
    'starts an account anew with its period, and not because the clock goes back': periods,
  });
}

async function setAside(bench: LawBench): Promise<void> {
  const account = bench.budget(100);
  const hold = await bench.held({ budgets: [account], costMicros: 60 }, 'it fits');
  const { heldMicros } = await bench.refused({ budgets: [account], costMicros: 60 }, 'budget', 'only 40 are left');
  must(heldMicros === 60, `told that ${String(heldMicros)} are held`);
  must((await bench.spent(account)) === 0, 'money set aside is not spent yet');
  await bench.held({ budgets: [account], costMicros: 40 }, 'what is left, exactly');
  hold.settle(60);

  await bench.comesToSpend(account, 60);
  await bench.refused({ budgets: [account], costMicros: 1 }, 'budget', 'nothing is left');
}

async function really(bench: LawBench): Promise<void> {
  const account = bench.budget(100);
  (await bench.held({ budgets: [account], costMicros: 60 }, 'it fits')).settle(10);
  await bench.comesToSpend(account, 10);
  (await bench.held({ budgets: [account], costMicros: 90 }, 'what was not needed came back')).settle(200);

  await bench.comesToSpend(account, 210);
  await bench.refused({ budgets: [account] }, 'budget', 'more than everything is spent');
}

async function once(bench: LawBench): Promise<void> {
  const account = bench.budget(100);
  const settled = await bench.held({ budgets: [account], costMicros: 10 }, 'it fits');
  const released = await bench.held({ budgets: [account], costMicros: 20 }, 'it fits');
  const ran = await bench.held({ budgets: [account], costMicros: 70 }, 'it fits');
  settled.settle(10);
  settled.settle(50);
  settled.release();
  released.release();
  released.release();
  released.settle(20);
  ran.settle(70);
  await bench.comesToSpend(account, 80);

  await bench.held({ budgets: [account], costMicros: 20 }, 'what was released');
  await bench.refused({ budgets: [account], costMicros: 1 }, 'budget', 'something was released twice');
}

async function together(bench: LawBench): Promise<void> {
  const account = bench.budget(55);
  const answers = await Promise.all(Array.from({ length: 20 }, async () => bench.take({ budgets: [account, bench.budget(1_000, 'large')], costMicros: 10 })));
  const holds = answers.filter((answer): answer is LimitHold => answer.refused === undefined);
  must(holds.length === 5, `${String(holds.length)} calls of 10 fitted a budget of 55`);
  holds.forEach((hold, i) => {
    if (i === 0) hold.release();
    else hold.settle(10);
  });
  await bench.comesToSpend(account, 40);
  const more = await Promise.all(Array.from({ length: 20 }, async () => bench.take({ budgets: [account], costMicros: 5 })));

  must(more.filter(({ refused }) => refused === undefined).length === 3, 'the rest of the budget is three calls of 5');
}

async function everyAccount(bench: LawBench): Promise<void> {
  const accounts = [bench.budget(undefined, 'kept'), bench.budget(100, 'wide'), bench.budget(10, 'narrow')];
  (await bench.held({ budgets: accounts, costMicros: 4 }, 'it fits all')).settle(6);
  for (const account of accounts) await bench.comesToSpend(account, 6);
  const { index } = await bench.refused({ budgets: accounts, costMicros: 5 }, 'budget', 'the narrow one has 4 left');
  must(index === 2, `number ${String(index)} was named`);

  await bench.held({ budgets: accounts.slice(0, 2), costMicros: 94 }, 'a refused call set nothing aside');
}

async function noAmount(bench: LawBench): Promise<void> {
  const account = bench.budget(100);
  for (const cost of [Number.NaN, -1, Number.POSITIVE_INFINITY, 0.5, 2 ** 53]) {
    must((await codeOf(async () => bench.take({ budgets: [account], costMicros: cost }))) === 'COST_INVALID', `took ${String(cost)}`);
    must((await codeOf(async () => bench.store.spend([account], cost, bench.wallMs))) === 'COST_INVALID', `spent ${String(cost)}`);
  }

  must((await bench.spent(account)) === 0, 'something was charged');
  await bench.held({ budgets: [account], costMicros: 100 }, 'nothing was set aside');
}

const hourMs = 3_600_000;

async function periods(bench: LawBench): Promise<void> {
  // Hours cannot be waited for; a store that goes by a clock of its own has to keep the periods by tests of its own.
  if (bench.isRealTime) return;
  for (const [period, lengthMs] of [['hour', hourMs], ['day', 24 * hourMs], ['month', 31 * 24 * hourMs]] as const) {
    const account = bench.budget(10, period, period);
    const forever = bench.budget(undefined, `ever-${period}`);
    (await bench.held({ budgets: [account, forever], costMicros: 10 }, 'it fits')).settle(10);
    await bench.refused({ budgets: [account], costMicros: 1 }, 'budget', `the ${period} is used up`);
    await bench.pass(lengthMs);
    (await bench.held({ budgets: [account, forever], costMicros: 10 }, `a new ${period}`)).settle(10);

    const back = bench.wallMs - lengthMs;
    const answer = await bench.store.take({ ...bench.request({ budgets: [account], costMicros: 1 }), wallMs: back });
    must(answer.refused === 'budget', `the clock went back, and the ${period} began anew`);
    await bench.refused({ budgets: [account], costMicros: 1 }, 'budget', `the ${period} is used up again`);
    must((await bench.spent(forever)) === 20, 'an account for ever began anew');
  }
}
