import { EnforceCoreError } from '../../errors.js';
import { microsOf, mustBeThere } from './money.js';
import { microsOfTokens, type PriceTable, type TokenUsage } from './prices.js';

type Arguments = never[];

/** What one call costs, told before the tool runs and after it. Functions must answer at once. */
export interface CallCost<A extends readonly unknown[] = Arguments, R = never> {
  /** Set aside before the tool runs: US dollars, tokens, or a function of the arguments. 0 by default. */
  readonly reserve?: number | TokenUsage | ((...args: A) => number | TokenUsage);
  /** What it was in the end, from the result; what was set aside by default. Streams and failed calls cost what was set aside. */
  readonly settle?: (result: R, ...args: A) => number | TokenUsage;
}

/** US dollars, a function of the arguments, or both ends of the call. */
export type CostOption = number | ((...args: Arguments) => number | TokenUsage) | CallCost;

type Amount = number | TokenUsage;
/** As they are called here: with whatever the call has. */
type Asked = (...args: readonly unknown[]) => Amount;

/** How the calls of one place are priced, worked out once. Amounts are whole micro-dollars. */
export class CostPlan {
  readonly #reserve: number | Amount | Asked;
  readonly #settle: Asked | undefined;

  private constructor(reserve: Amount | Asked, settle: Asked | undefined) {
    this.#reserve = reserve;
    this.#settle = settle;
  }

  /** `undefined` for a fixed amount, which needs no plan. */
  static of(option: CostOption | undefined): CostPlan | undefined {
    if (option === undefined || typeof option === 'number') return undefined;
    if (typeof option === 'function') return new CostPlan(option as Asked, undefined); // asked with the arguments of its own tool
    const { reserve = 0, settle } = option;
    if (typeof reserve === 'number') microsOf(reserve, 'cost.reserve');
    if (settle !== undefined && typeof settle !== 'function') throw new EnforceCoreError('COST_INVALID', 'cost.settle must be a function of the result and the arguments');
    return new CostPlan(reserve as Amount | Asked, settle as Asked | undefined); // as above
  }

  /** @throws EnforceCoreError `COST_INVALID`: a price that is not known blocks the call. */
  before(args: readonly unknown[], prices: PriceTable): number {
    return micros(typeof this.#reserve === 'function' ? ask(this.#reserve, args, 'before the call') : this.#reserve, prices);
  }

  /** What the call cost, or nothing where what was set aside stands. Throws like {@link before}. */
  after(result: unknown, args: readonly unknown[], prices: PriceTable): number | undefined {
    return this.#settle === undefined ? undefined : micros(ask(this.#settle, [result, ...args], 'after the call'), prices);
  }
}

function ask(price: Asked, args: readonly unknown[], when: string): Amount {
  try {
    const amount = price(...args);
    mustBeThere(amount, 'the cost of a call');
    return amount;
  } catch (cause) {
    if (EnforceCoreError.is(cause) && cause.code === 'COST_INVALID') throw cause;
    // Its message may quote an argument.
    throw new EnforceCoreError('COST_INVALID', `the function that prices the tool failed ${when}`, { cause });
  }
}

function micros(amount: unknown, prices: PriceTable): number {
  if (typeof amount === 'object' && amount !== null) return microsOfTokens(prices, amount as TokenUsage); // looked at there
  return microsOf(amount as number, 'the cost of a call'); // refuses what is no number
}
