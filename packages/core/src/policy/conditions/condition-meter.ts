import { ConditionError } from './condition-error.js';

/** How many element visits one decision may cost. */
const maxVisits = 10_000;
const charactersPerVisit = 2500;
const elementsPerVisit = 10;

/**
 * Bounds the work of one decision: one unit is one visit of an element. Quantifiers go on after an error, and `||`
 * absorbs one, so whoever evaluates must look at `spent` afterwards.
 */
export class ConditionMeter {
  // One error for all: what it is thrown through may absorb it many times.
  readonly #tooCostly = new ConditionError('too costly');
  #left = maxVisits;

  get spent(): boolean {
    return this.#left < 0;
  }

  reset(): void {
    this.#left = maxVisits;
  }

  /** Charges one element; false when there is nothing left for it. */
  visit(): boolean {
    this.#left -= 1;
    return this.#left >= 0;
  }

  charge(visits: number): void {
    this.#left -= visits;
    if (this.#left < 0) throw this.#tooCostly;
  }

  /** Charges what it takes to look at all of a value once. */
  chargeValue(value: unknown): void {
    if (typeof value === 'string') this.charge(value.length / charactersPerVisit);
    else if (Array.isArray(value)) this.charge(value.length / elementsPerVisit);
    else if (value instanceof Map) this.charge(value.size / elementsPerVisit);
    else if (value instanceof Uint8Array) this.charge(value.length / charactersPerVisit);
  }

  /** The same for comparisons, which look into what is inside. */
  chargeDeep(value: unknown): void {
    this.chargeValue(value);
    if (Array.isArray(value)) for (const item of value) this.chargeDeep(item);
    else if (value instanceof Map) for (const item of value.values()) this.chargeDeep(item);
  }
}
