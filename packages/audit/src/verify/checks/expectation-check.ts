import type { Place, Verdict } from '../verdict.js';
import type { RootWatch } from './root-watch.js';

/** What to expect of a log. */
export interface Expectation {
  /** The log must have at least this many lines. */
  readonly expectSize?: number | undefined;
  /** The root of the tree over the first `expectSize` lines, in hex; without that, over all of them. */
  readonly expectRoot?: string | undefined;
}

/** The log has the size and the root that were noted elsewhere. */
export class ExpectationCheck {
  readonly #verdict: Verdict;
  readonly #expected: Expectation;
  readonly #place: Place;
  #isJudged = false;

  constructor(verdict: Verdict, expected: Expectation, place: Place, watch: RootWatch) {
    const { expectSize, expectRoot } = expected;
    this.#verdict = verdict;
    this.#expected = expected;
    this.#place = place;
    if (expectSize === undefined || expectRoot === undefined) return;
    watch.add(expectSize, expectRoot, (met) => {
      this.#isJudged = met !== 'beyond';
      if (met === 'other') this.#fail('the lines are not those that had the expected root');
      if (met === 'before') this.#fail('what is expected lies before the first line that was read: give a later expectation');
    });
  }

  end(size: number, root: string): void {
    const { expectSize, expectRoot } = this.#expected;
    if (expectSize === undefined && expectRoot === undefined) {
      this.#verdict.doubt('expectation', 'none was given: lines cut off at the end, or a trail rebuilt, may not be noticed');
    } else if (this.#isJudged) {
      return;
    } else if (expectSize !== undefined && size < expectSize) {
      this.#fail(`truncated: expected at least ${String(expectSize)} lines, got ${String(size)}`);
    } else if (expectSize === undefined && root !== expectRoot) {
      this.#fail('the lines are not those that had the expected root');
    }
  }

  #fail(message: string): void {
    this.#verdict.fail('expectation', this.#place, message);
  }
}
