import { openStoreTrail } from '@enforcecore/audit';
import { openPostgresStore } from '@enforcecore/audit/postgres';
import { openSqliteStore } from '@enforcecore/audit/sqlite';
import { join } from 'node:path';
import { draftOf } from '../rows/audit-rows.js';
import { sealedRecords } from './sealed-records.js';
import { median, type Figure, type Missing, type Size } from './figure.js';

const BATCH = 64;

/** Databases: single appends through a trail, and batches of lines that are sealed already. */
export async function storeFigures(folder: string, size: Size): Promise<(Figure | Missing)[]> {
  return [...(await sqlite(folder, size)), ...(await postgres(size))];
}

async function sqlite(folder: string, { rounds, entries }: Size): Promise<Figure[]> {
  const single = openStoreTrail(openSqliteStore(join(folder, 'single.db')));
  const one = await median(rounds, entries, () => {
    for (let i = 0; i < entries; i += 1) single.append(draftOf(i & 15));
  });
  await single.close();
  const store = openSqliteStore(join(folder, 'batched.db'));
  const batches = Array.from({ length: rounds }, () => sealedRecords(entries, BATCH));
  const batched = await median(rounds, entries, () => {
    for (const batch of batches.pop() ?? []) store.append(batch);
  });
  store.close();
  return [
    { name: 'SQLite, one by one', about: 'append() through a trail, WAL, synchronous=NORMAL', us: one, target: 20 },
    { name: `SQLite, batches of ${String(BATCH)}`, about: 'sealed lines, one transaction each', us: batched, target: 10 },
  ];
}

async function postgres({ rounds, entries }: Size): Promise<(Figure | Missing)[]> {
  const connectionString = process.env['POSTGRES_URL'];
  const name = `PostgreSQL, batches of ${String(BATCH)}`;
  if (connectionString === undefined) return [{ name, why: 'give POSTGRES_URL, a database that may be written to' }];
  const schema = `bench_${String(process.pid)}`;
  const store = await openPostgresStore({ connectionString, schema });
  const batches = Array.from({ length: rounds }, () => sealedRecords(entries, BATCH));
  const us = await median(rounds, entries, async () => {
    for (const batch of batches.pop() ?? []) await store.append(batch);
  });
  await store.close();
  return [{ name, about: `sealed lines, one function call each; left behind in schema ${schema}`, us, target: 25 }];
}
