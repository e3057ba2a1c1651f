import { MemoryStore, openStoreTrail, type LogRecord } from '@enforcecore/audit';
import { draftOf } from '../rows/audit-rows.js';

/** Lines of a writer of their own, in batches: what a store gets, without the price of sealing. */
export function sealedRecords(entries: number, batch: number): LogRecord[][] {
  const taken: LogRecord[] = [];
  const store = MemoryStore.open();
  const append = store.append.bind(store);
  store.append = (records, ends) => {
    taken.push(...records);
    return append(records, ends);
  };
  const trail = openStoreTrail(store, { checkpointEntries: 0, checkpointSeconds: 0 });
  for (let i = 0; i < entries; i += 1) trail.append(draftOf(i & 15));
  const batches: LogRecord[][] = [];
  for (let at = 0; at < taken.length; at += batch) batches.push(taken.slice(at, at + batch));
  return batches;
}
