import type { SettledQuery } from '../settle-query.js';
import type { Prepared } from './session.js';
import { INDEXED, keyOf } from './schema.js';

/** The statements of one schema. */
export interface Statements {
  readonly append: Prepared;
  readonly size: Prepared;
  readonly start: Prepared;
  readonly chainHead: Prepared;
  readonly begin: Prepared;
  readonly hasOrphans: Prepared;
  readonly orphans: Prepared;
  readonly records: Prepared;
  readonly hashes: Prepared;
  readonly addCheckpoint: Prepared;
  readonly checkpoints: Prepared;
  readonly lastCheckpoint: Prepared;
  readonly leavesAt: Prepared;
  readonly entomb: Prepared;
  readonly beginAt: Prepared;
  readonly prune: Prepared;
}

/** A page ends where its lines come to this many bytes, however few they are. */
const PAGE_BYTES = 4 * 1024 * 1024;
const PAGE_ROWS = 1000;

const LEAF = `index::text as place, encode(hash, 'hex'), line, bytes`;

export function statementsFor(s: string): Statements {
  const prepared = (name: string, text: string): Prepared => ({ name: `${s.replaceAll('"', '')}_${name}`, text });
  return {
    append: prepared('append', `select ${s}.append($1, $2, $3, $4, $5, $6, $7, $8, $9)::text`),
    size: prepared('size', `select size::text from ${s}.head`),
    start: prepared('start', `select start_size::text, start_nodes from ${s}.head`),
    chainHead: prepared('chain_head', `select hash, sequence::text from ${s}.writers where writer_id = $1`),
    begin: prepared('begin', `select ${s}.begin_calls($1, $2, $3, $4)::text`),
    hasOrphans: prepared('has_orphans', `select ${s}.has_orphans($1)::text`),
    orphans: prepared('orphans', `select * from ${s}.take_calls($1)`),
    records: prepared(
      'records',
      `select ${LEAF} from (
         select *, sum(coalesce(octet_length(line), length(bytes))) over (order by index) - coalesce(octet_length(line), length(bytes)) as before
         from (select index, hash, line, bytes from ${s}.leaves where index >= $1 and index < $2 order by index limit ${String(PAGE_ROWS)}) as rows
       ) as page where before < ${String(PAGE_BYTES)} order by page.index`,
    ),
    // As one value: a row for each costs several times as much.
    hashes: prepared('hashes', `select encode(string_agg(hash, '' order by index), 'hex') from ${s}.leaves where index >= $1 and index < $2`),
    addCheckpoint: prepared('add_checkpoint', `select ${s}.add_checkpoint($1, $2)::text`),
    checkpoints: prepared('checkpoints', `select id::text, record from ${s}.checkpoints where id > $1 order by id limit 100`),
    lastCheckpoint: prepared('last_checkpoint', `select record from ${s}.checkpoints where size <= $1 order by size desc, id desc limit 1`),
    leavesAt: prepared('leaves_at', `select ${LEAF} from ${s}.leaves where index = any ($1)`),
    entomb: prepared('entomb', `select ${s}.entomb($1, $2)::text`),
    beginAt: prepared('begin_at', `select ${s}.begin_at($1, $2)::text`),
    prune: prepared('prune', `select ${s}.prune($1, $2)::text`),
  };
}

// Node 20 has toWellFormed, the ES2023 typings do not.
interface WellFormed {
  toWellFormed(): string;
}

/** A string as a line holds it. */
function quoted(value: string): string {
  // A string always has the method; see above.
  return JSON.stringify((value as unknown as WellFormed).toWellFormed());
}

/** One page's candidates: all that fit and perhaps more. `$n` as conditions need them; the last two are the key to go on from and the number of rows. */
export function candidates(s: string, query: SettledQuery, after: number | null, limit: number): { readonly text: string; readonly values: unknown[] } {
  const values: unknown[] = [];
  const value = (given: unknown): string => `$${String(values.push(given))}`;
  // A torn line that holds U+0000 is kept as bytes, and is no entry. What is before the start is no part of the log, whoever put it there.
  const conditions = ['line is not null', `index >= (select start_size from ${s}.head)`];
  for (const { field, value: wanted } of query.equals) {
    const indexed = INDEXED.find((one) => one.field === field);
    const member = `${indexed?.before.slice(0, -1) ?? `,${quoted(field)}:`}${quoted(wanted)}`;
    // An empty value has no key.
    if (indexed !== undefined && wanted !== '') conditions.push(`${field} = ${keyOf(`${value(member)}::text`, indexed.before)}`);
    conditions.push(`strpos(line, ${value(member)}) > 0`);
  }
  if (query.since !== null) conditions.push(`written >= ${value(query.since)}`);
  if (query.until !== null) conditions.push(`written < ${value(query.until)}`);
  // Most entries have no reason, and to look for one is cheaper than to lower its case.
  if (query.words.length > 0) conditions.push(`strpos(line, ',"violation_reason":"') > 0`);
  // Lower case in the C collation is that of ASCII, as is that of the words.
  for (const word of query.words) conditions.push(`strpos(lower(line), ${value(quoted(word).slice(1, -1))}) > 0`);
  if (after !== null) conditions.push(`index ${query.order === 'asc' ? '>' : '<'} ${value(after)}`);
  const order = query.order === 'asc' ? 'asc' : 'desc';
  return { text: `select index::text as place, line from ${s}.leaves where ${conditions.join(' and ')} order by index ${order} limit ${value(limit)}`, values };
}

