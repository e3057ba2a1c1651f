import { TrailError } from '../../errors.js';
import { asNumber, asText, type PgClient } from './client.js';
import { MIGRATIONS } from './schema.js';

async function ask(client: PgClient, text: string, values: unknown[] = []): Promise<unknown> {
  const { rows } = await client.query({ text, values, rowMode: 'array' });
  return rows[0]?.[0] ?? null;
}

async function versionOf(client: PgClient, schema: string): Promise<number> {
  if ((await ask(client, 'select to_regclass($1)::text', [`${schema}.migrations`])) === null) return 0;
  return asNumber(await ask(client, `select coalesce(max(version), 0)::text from ${schema}.migrations`));
}

function refuseNewer(version: number, location: string): void {
  if (version <= MIGRATIONS.length) return;
  throw new TrailError(
    'STORE', location,
    `cannot open ${location}: expected a schema of version ${String(MIGRATIONS.length)} at most, got ${String(version)}: use a newer @enforcecore/audit`,
  );
}

async function apply(client: PgClient, schema: string, location: string): Promise<void> {
  const version = await versionOf(client, schema);
  refuseNewer(version, location);
  if (version === 0) {
    await ask(client, `create schema if not exists ${schema}`);
    await ask(client, `create table ${schema}.migrations (version int primary key, applied timestamptz not null default now())`);
  }
  for (const [at, migration] of MIGRATIONS.entries()) {
    if (at < version) continue;
    await client.query({ text: migration(schema), rowMode: 'array' });
    await ask(client, `insert into ${schema}.migrations (version) values ($1)`, [at + 1]);
  }
}

/** Brings the schema to this version, whoever else is about to do the same; changes nothing and needs no right where it is there. The connection is to be ended then. */
export async function migrate(client: PgClient, schema: string, location: string, readOnly: boolean): Promise<void> {
  const encoding = asText(await ask(client, "select current_setting('server_encoding')"));
  if (encoding !== 'UTF8') {
    throw new TrailError('STORE', location, `cannot open ${location}: expected a database in UTF8, got ${encoding}: create one with encoding UTF8`);
  }
  const version = await versionOf(client, schema);
  refuseNewer(version, location);
  if (version === MIGRATIONS.length) return;
  if (readOnly) throw new TrailError('MISSING', location, `cannot read ${location}: expected a log in the schema ${schema}, got ${version === 0 ? 'none' : 'one of an older version'}: check the address, or open it once as its owner`);
  // Two that meet here would both find nothing and both create it. Before the transaction, as one that has begun goes on
  // with what it knew of the catalog. Held until the connection ends, which is when this is done.
  await ask(client, 'select pg_advisory_lock(hashtextextended($1, 0))::text', [`enforcecore migrations of ${schema}`]);
  await ask(client, 'begin isolation level read committed');
  await apply(client, schema, location);
  await ask(client, 'commit');
}
