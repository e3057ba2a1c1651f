import type { LimitHold } from '../../guard/limits/limit-store.js';
import { must, type Law } from '../law.js';
import { lawsOf, type LawBench, type LawTime, type MakeStore } from './law-bench.js';

/** Slots: calls at the same time, and what becomes of those whose process died. */
export function slotLaws(make: MakeStore, time: LawTime): readonly Law[] {
  return lawsOf(make, time, {
    'never gives more slots than there are': async (bench) => {
      const slots = [bench.slot(3)];
      const answers = await Promise.all(Array.from({ length: 12 }, async () => bench.take({ slots })));

      must(answers.filter(({ refused }) => refused === undefined).length === 3, 'three slots');
      must(answers.every((answer) => answer.refused === undefined || answer.refused === 'slot'), 'refused by something else');
    },
    'frees a slot when its call ends, either way': async (bench) => {
      const slots = [bench.slot(1)];
      (await bench.held({ slots }, 'the only slot')).settle(0);
      (await bench.comesFree({ slots }, 'settling frees the slot')).release();

      await bench.comesFree({ slots }, 'releasing frees the slot');
      await bench.refused({ slots }, 'slot', 'the slot is taken again');
    },
    'frees a slot at most once': async (bench) => {
      const slots = [bench.slot(2)];
      const first = await bench.held({ slots }, 'one of two');
      await bench.held({ slots }, 'two of two');
      first.settle(0);
      first.release();
      first.settle(0);
      await bench.comesFree({ slots }, 'one came free');

      await bench.refused({ slots }, 'slot', 'one call freed two slots');
    },
    'names the set of slots that is full': async (bench) => {
      await bench.held({ slots: [bench.slot(1, 'narrow')] }, 'the only slot');
      const { index } = await bench.refused({ slots: [bench.slot(5, 'wide'), bench.slot(1, 'narrow')] }, 'slot', 'one of the two is full');

      must(index === 1, `number ${String(index)} was named`);
    },
    'frees the slot of a call whose lease ran out, and counts what it had set aside as spent': expiry,
    'charges a call whose lease ran out at most once': lateEnd,
    'keeps the slot of a tool that goes on when its call has ended, and counts its money at once': goesOn,
    'tells listeners that a slot came free': freed,
  });
}

const lease = { leaseMs: 40 } as const;

async function expiry(bench: LawBench): Promise<void> {
  const slots = [bench.slot(1)];
  const account = bench.budget(10);
  await bench.held({ slots, budgets: [account], costMicros: 6, ...lease }, 'the only slot');
  await bench.pass(2 * lease.leaseMs);

  await bench.held({ slots }, 'the slot came free');
  await bench.refused({ slots }, 'slot', 'there is one slot');
  await bench.refused({ budgets: [account], costMicros: 5 }, 'budget', 'money set aside counts as spent');
  must((await bench.spent(account)) === 6, 'money set aside counts as spent');
}

async function lateEnd(bench: LawBench): Promise<void> {
  const slots = [bench.slot(1)];
  const account = bench.budget(100);
  const wants = { slots, budgets: [account], costMicros: 6, ...lease };
  const late: LimitHold[] = [];
  for (let i = 0; i < 2; i += 1) {
    late.push(await bench.held(wants, 'the slot is free'));
    await bench.pass(2 * lease.leaseMs);
  }
  await bench.held({ slots, budgets: [account] }, 'the slot is free');
  late[0]?.settle(6);
  late[1]?.release();

  await bench.comesToSpend(account, 12);
  await bench.refused({ slots }, 'slot', 'a call that lost its slot freed that of another');
}

async function goesOn(bench: LawBench): Promise<void> {
  const slots = [bench.slot(1)];
  const account = bench.budget(10);
  const wants = { slots, budgets: [account], costMicros: 6 };
  const hold = await bench.held(wants, 'the only slot');
  if (hold.charge === undefined) return;
  hold.charge(4, bench.now + 60_000);

  await bench.comesToSpend(account, 4);
  await bench.refused({ slots }, 'slot', 'the tool goes on');
  hold.settle(4);
  const next = await bench.comesFree(wants, 'the tool has ended');
  await bench.comesToSpend(account, 4);
  next.charge?.(6, bench.now + lease.leaseMs);
  await bench.pass(2 * lease.leaseMs);
  (await bench.comesFree({ slots }, 'its time is over')).release();
  next.settle(6);
  await bench.comesToSpend(account, 10);
}

async function freed(bench: LawBench): Promise<void> {
  const { store } = bench;
  if (store.onFreed === undefined) return;
  const slots = [bench.slot(1)];
  const hold = await bench.held({ slots }, 'the only slot');
  let stop: (() => void) | undefined;
  const told = new Promise<void>((resolve) => {
    stop = store.onFreed?.(resolve);
  });
  hold.settle(0);
  await told;
  stop?.();

  await bench.comesFree({ slots }, 'told, and not free');
}
