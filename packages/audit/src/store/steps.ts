/** Work in steps, some of which may have to be waited for. */
export type Steps<T> = Generator<Promise<unknown>, T, unknown>;

export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** One step: waits only for a promise. */
export function* step<T>(value: T | Promise<T>): Steps<T> {
  if (!isPromise(value)) return value;
  // What is given back for a promise is what it resolves to; see `proceed`.
  return (yield value) as T;
}

async function proceed<T>(steps: Steps<T>, first: Promise<unknown>): Promise<T> {
  for (let waiting = first; ; ) {
    let next: IteratorResult<Promise<unknown>, T>;
    try {
      const value = await waiting;
      next = steps.next(value);
    } catch (error) {
      next = steps.throw(error);
    }
    if (next.done === true) return next.value;
    waiting = next.value;
  }
}

/** Walks all steps: at once where none has to be waited for. The same code so serves stores that answer at once and others. */
export function walk<T>(steps: Steps<T>): T | Promise<T> {
  const first = steps.next();
  return first.done === true ? first.value : proceed(steps, first.value);
}
