import { runWatched, takeSnapshot } from '../internals.js';
import { mustHold, type Bench, type Row } from '../row.js';
import { cleanText, rotate } from '../texts.js';

const unnamed = (index: number): string => `arg${String(index)}`;
const notOpaque = (): boolean => false;

/** Single parts of a walk. */
export const partRows: readonly Row[] = [
  { name: 'snapshot_1_string', about: 'deep, frozen copy of one string of 130 characters', batch: 100, prepare: () => snapshots((n) => [cleanText(n)]) },
  { name: 'snapshot_6_strings', about: 'of an object with 6 strings, one of them nested', batch: 100, prepare: () => snapshots(six) },
  { name: 'snapshot_50_strings', about: 'of an array of 10 objects with 5 strings each', batch: 1, prepare: () => snapshots(fifty) },
  { name: 'watchdog', about: 'an empty synchronous body run under a time limit', batch: 1, prepare: watched },
];

function six(n: number): unknown[] {
  return [{ id: `c-${String(n)}`, subject: cleanText(n), from: 'a', to: 'b', meta: { tag: 'x', note: cleanText(n + 1) } }];
}

function fifty(n: number): unknown[] {
  return [Array.from({ length: 10 }, (_, i) => ({ id: `c-${String(n + i)}`, subject: cleanText(n + i), from: 'a', to: 'b', tag: 'x' }))];
}

function snapshots(make: (n: number) => unknown[]): Bench {
  const args = rotate(make);
  mustHold(Object.isFrozen(takeSnapshot(args(0), unnamed, notOpaque)), 'a snapshot is frozen');
  return { kind: 'sync', run: (i) => takeSnapshot(args(i), unnamed, notOpaque) };
}

function watched(): Bench {
  return { kind: 'sync', run: (i) => runWatched(30_000, () => i) };
}
