import type { LimitHold } from '@enforcecore/core';
import { leaseUs, type CallKeys } from './call-keys.js';
import { checkMicros } from './errors.js';
import type { Operation, Parcel } from './operation.js';

/** What the server gave to one call. */
export interface Grant {
  readonly keys: CallKeys;
  readonly costMicros: number;
  /** The present period of each account, as the server said. */
  readonly periods: readonly number[];
  /** How long it is held without word from this process. */
  readonly leaseMs: number;
}

/** Told once, when the call ends. `costMicros` is what it cost; `undefined`: it did not run. */
export type HoldListener = (grant: Grant, costMicros: number | undefined) => void;

/** What a call holds, until its end. */
export class RedisHold implements LimitHold {
  readonly refused = undefined;
  readonly #grant: Grant;
  readonly #ended: HoldListener;
  #isOver = false;

  constructor(grant: Grant, ended: HoldListener) {
    this.#grant = grant;
    this.#ended = ended;
  }

  settle(costMicros: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const isAmount = Number.isSafeInteger(costMicros) && costMicros >= 0;
    this.#ended(this.#grant, isAmount ? costMicros : this.#grant.costMicros);
    checkMicros(costMicros, 'the cost of a call');
  }

  release(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ended(this.#grant, undefined);
  }
}

/** How money that was set aside goes: settled; not spent, unless the lease is over; or never known to have been set aside. */
export type Ending = 'settled' | 'released' | 'abandoned';

const letters: Readonly<Record<Ending, string>> = { settled: 's', released: 'r', abandoned: 'a' };

/** What has to be told to the server of a call that ended. */
export function endOperations({ keys, costMicros, periods }: Grant, ending: Ending): Parcel {
  const operations: Operation[] = [];
  if (costMicros > 0) {
    keys.accounts.forEach(({ account, holds }, i) => {
      operations.push({ keys: [account, holds], args: ['d', periods[i] ?? '', moneyMember(keys.id, i, costMicros), letters[ending]] });
    });
  }
  keys.slots.forEach((slots, i) => operations.push({ keys: [slots], args: ['s', member(keys.id, i)] }));
  return [...operations, ...placeOperations(keys, ending)];
}

/** Places in rates: kept by calls that ran, and where blocked calls count. */
function placeOperations({ id, marker, rates }: CallKeys, ending: Ending): readonly Operation[] {
  const operations: Operation[] = [];
  if (rates.some(({ isGcra, countsBlocked }) => isGcra && !countsBlocked)) operations.push({ keys: [marker], args: ['m'] });
  if (ending === 'settled') return operations;
  rates.forEach(({ key, isGcra, length, countsBlocked }, i) => {
    if (countsBlocked) return;
    operations.push({ keys: [key], args: isGcra ? ['g', length] : ['r', member(id, i)] });
  });
  return operations;
}

/** What puts a running call back where the server has lost it. */
export function heldOperations({ keys, costMicros, periods, leaseMs }: Grant): Parcel {
  const lease = leaseUs(leaseMs);
  const operations: Operation[] = keys.slots.map((slots, i) => ({ keys: [slots], args: ['S', member(keys.id, i), lease] }));
  if (costMicros === 0) return operations;
  keys.accounts.forEach(({ account, holds, unit }, i) => {
    operations.push({ keys: [account, holds], args: ['H', unit, periods[i] ?? 0, moneyMember(keys.id, i, costMicros), lease] });
  });
  return operations;
}

/** What makes the leases of a running call longer, of what the server still has. */
export function longerOperations({ keys, costMicros, leaseMs }: Grant): Parcel {
  const lease = leaseUs(leaseMs);
  const operations: Operation[] = keys.slots.map((slots, i) => ({ keys: [slots], args: ['L', member(keys.id, i), lease] }));
  if (costMicros === 0) return operations;
  keys.accounts.forEach(({ holds }, i) => operations.push({ keys: [holds], args: ['L', moneyMember(keys.id, i, costMicros), lease] }));
  return operations;
}

// As lua/take.ts writes them, which counts from 1.
function member(id: string, index: number): string {
  return `${id}:${String(index + 1)}`;
}

function moneyMember(id: string, index: number, micros: number): string {
  return `${member(id, index)}:${String(micros)}`;
}
