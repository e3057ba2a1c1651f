const CELL = new Int32Array(new SharedArrayBuffer(4));

/** Blocks this thread; only for waiting on another writer, which takes well under a millisecond unless it died. */
export function sleepSync(milliseconds: number): void {
  Atomics.wait(CELL, 0, 0, milliseconds);
}
