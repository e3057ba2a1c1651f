/** What is being measured, ready to run; `i` rotates the inputs. */
export type Bench =
  | { readonly kind: 'sync'; run(i: number): unknown; close?(): void | Promise<void> }
  | { readonly kind: 'async'; run(i: number): PromiseLike<unknown>; close?(): void | Promise<void> };

/** The most microseconds that a row may take, from the project's performance targets. */
export interface Target {
  readonly p50: number;
  readonly p99?: number;
  readonly p999?: number;
}

/** How many times as long as another row one should take: for other ways to do the same. */
export interface Slower {
  readonly than: string;
  readonly target: number;
}

/** One line of the table. */
export interface Row {
  readonly name: string;
  /** What one operation is. */
  readonly about: string;
  /** Operations in one timing: 1 where each is timed alone, 100 where one is too short for the clock. */
  readonly batch: 1 | 100;
  readonly target?: Target;
  readonly slower?: Slower;
  /** Builds the bench; `folder` is empty, belongs to this row and is removed afterwards. */
  prepare(folder: string): Bench | Promise<Bench>;
}

/** A bench whose inputs are not what the row says would measure something else: better to stop. */
export function mustHold(holds: boolean, claim: string): void {
  if (!holds) throw new Error(`benchmark refused: ${claim} does not hold`);
}
