import { DUPLICATE, NOT_A_TOMBSTONE } from './postgres-fault.js';

/** The index conditions of queries: where a value stands in a line (RFC 8785 leaves no other place), and so what the column of its name is generated from. */
export const INDEXED = [
  { field: 'agent', before: '{"agent":"' },
  { field: 'call_id', before: ',"call_id":"' },
  { field: 'session', before: ',"session":"' },
  { field: 'tenant_id', before: ',"tenant_id":"' },
  { field: 'tool_name', before: ',"tool_name":"' },
] as const;

/**
 * What a column holds of a value: its JSON text up to the first quote, at most 128 characters. Total, unlike a cast to
 * json: a line may be torn, and jsonb knows no U+0000. Several values may share one: readers compare again.
 */
export function keyOf(line: string, before: string): string {
  return `nullif(left(split_part(split_part(${line}, '${before}', 2), '"', 1), 128), '')`;
}

const COLUMNS = INDEXED.map(({ field, before }) => `    ${field} text collate "C" generated always as (${keyOf('line', before)}) stored,`).join('\n');
const NAMES = INDEXED.filter(({ field }) => field !== 'call_id').map(({ field }) => `${field} text_bloom_ops (n_distinct_per_range = 100)`).join(', ');

const tables = (s: string): string => `
  create table ${s}.head (
    one boolean primary key default true check (one),
    size bigint not null,
    start_size bigint not null,
    start_nodes text[] not null
  ) with (fillfactor = 20);
  insert into ${s}.head (size, start_size, start_nodes) values (0, 0, '{}');

  create table ${s}.leaves (
    index bigint primary key check (index >= 0),
    hash bytea not null check (length(hash) = 32),
    line text collate "C",
    bytes bytea,
${COLUMNS}
    written text collate "C" generated always as (${keyOf('line', ',"timestamp":"')}) stored,
    check ((line is null) <> (bytes is null))
  );
  create index leaves_call_id on ${s}.leaves (call_id) where call_id is not null;
  -- Says which blocks may hold a name. A tree for each would make an append a third dearer, and for a name that is
  -- everywhere the rows are read in order anyway.
  create index leaves_names on ${s}.leaves using brin (${NAMES}) with (pages_per_range = 64, autosummarize = on);
  create index leaves_written on ${s}.leaves (written) where written is not null;

  create table ${s}.writers (
    writer_id text collate "C" primary key,
    sequence bigint not null,
    hash text not null
  ) with (fillfactor = 50);

  create table ${s}.calls (
    call bytea not null,
    writer_id text collate "C" not null,
    owner bigint not null,
    fields text not null,
    primary key (call, writer_id)
  );
  create index calls_owner on ${s}.calls (owner);

  create table ${s}.checkpoints (
    id bigint generated always as identity primary key,
    size bigint not null,
    record text not null
  );
  create index checkpoints_size on ${s}.checkpoints (size, id);
`;

/** The only way in: places are given under the lock of the one row of `head`, which is held until the leaves are committed. */
const append = (s: string): string => `
  create function ${s}.append(
    hashes bytea, lines text, raw_places int[], raws bytea[], ends bytea, writer_ids text[], firsts bigint[], lasts bigint[], last_hashes text[]
  ) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
  declare
    total constant int := length(hashes) / 32;
    stored int;
    first bigint;
  begin
    update ${s}.head set size = size + total returning size - total into first;
    if writer_ids <> '{}' then
      if exists (select from unnest(writer_ids, firsts) n (id, sequence) join ${s}.writers w on w.writer_id = n.id and w.sequence >= n.sequence) then
        raise exception 'an entry is there already' using errcode = '${DUPLICATE}';
      end if;
      insert into ${s}.writers as w (writer_id, sequence, hash) select * from unnest(writer_ids, lasts, last_hashes)
        on conflict (writer_id) do update set sequence = excluded.sequence, hash = excluded.hash;
    end if;
    if total > 0 then
      insert into ${s}.leaves (index, hash, line)
        select first + place - 1, substring(hashes from (place::int - 1) * 32 + 1 for 32), line
        from unnest(string_to_array(lines, E'\\n')) with ordinality as given (line, place)
        where place <= total and (raw_places = '{}' or place <> all (raw_places));
      get diagnostics stored = row_count;
      if raw_places <> '{}' then
        insert into ${s}.leaves (index, hash, bytes)
          select first + place - 1, substring(hashes from (place - 1) * 32 + 1 for 32), raw from unnest(raw_places, raws) as given (place, raw);
        stored := stored + cardinality(raws);
      end if;
      if stored <> total then
        raise exception 'hashes and lines do not agree' using errcode = 'data_exception';
      end if;
    end if;
    if length(ends) > 0 then
      delete from ${s}.calls where call in (select substring(ends from pos for 32) from generate_series(1, length(ends), 32) as pos);
    end if;
    return first;
  end $$;
`;

const calls = (s: string): string => `
  create function ${s}.begin_calls(writer text, by bigint, ids bytea, intents text)
  returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into ${s}.calls (call, writer_id, owner, fields)
      select substring(ids from (place::int - 1) * 32 + 1 for 32), writer, by, fields
      from unnest(string_to_array(intents, E'\\n')) with ordinality as given (fields, place) where place <= length(ids) / 32
      on conflict (call, writer_id) do update set owner = excluded.owner, fields = excluded.fields;
  $$;

  -- Whether there are calls whose owner holds its lock no more; looks only, so that nobody who looks takes it for held.
  create function ${s}.has_orphans(by bigint)
  returns boolean language sql security definer set search_path = pg_catalog, pg_temp as $$
    select exists (select from ${s}.calls c where owner <> by and not exists (
      select from pg_locks where locktype = 'advisory' and granted and objsubid = 1 and database = (select oid from pg_database where datname = current_database())
        and classid = (c.owner >> 32)::oid and objid = (c.owner & 4294967295)::oid));
  $$;

  create function ${s}.take_calls(by bigint)
  returns setof text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
  declare
    dead bigint;
  begin
    for dead in select distinct owner from ${s}.calls where owner <> by loop
      -- A living owner's connection holds this lock. Held here until commit: whoever else asks meanwhile passes by.
      if pg_try_advisory_xact_lock(dead) then
        return query update ${s}.calls set owner = by where owner = dead returning fields;
      end if;
    end loop;
  end $$;

  create function ${s}.add_checkpoint(covers bigint, given text)
  returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into ${s}.checkpoints (size, record) values (covers, given);
  $$;
`;

/** What retention may do, and nobody else. */
const removal = (s: string): string => `
  -- Between the strings of a line stand numbers, and a redaction may be named like one of them: only behind the redactions these names are the entry's.
  create function ${s}.tombstone(line text) returns text language sql immutable as $$
    select '{"entry_hash":"' || split_part(split_part(line, '"entry_hash":"', 2), '"', 1)
      || '","erased":true,"pad":"","previous_hash":"' || split_part(split_part(line, ',"previous_hash":"', 2), '"', 1)
      || '","schema_version":1,"seen":' || split_part(split_part(rest, ',"schema_version":1,"seen":', 2), ',', 1)
      || ',"sequence":' || split_part(split_part(rest, ',"sequence":', 2), ',', 1)
      || ',"writer_id":"' || split_part(split_part(line, ',"writer_id":"', 2), '"', 1) || '"}'
    from (select case when starts_with(line, '{"entry_hash":"') then line else split_part(line, '},"result_digest":', 2) end) as behind (rest)
  $$;

  create function ${s}.entomb(places bigint[], lines text[])
  returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
  declare
    found bigint;
  begin
    update ${s}.leaves set line = given.line from unnest(places, lines) as given (place, line) where index = given.place;
    get diagnostics found = row_count;
    if found <> cardinality(places) then
      raise exception 'no such leaf' using errcode = '${NOT_A_TOMBSTONE}';
    end if;
  end $$;

  create function ${s}.begin_at(start bigint, nodes text[])
  returns boolean language sql security definer set search_path = pg_catalog, pg_temp as $$
    with moved as (update ${s}.head set size = start, start_size = start, start_nodes = nodes where size = 0 returning 1)
    select exists (select from moved);
  $$;

  create function ${s}.prune(before bigint, nodes text[])
  returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
  begin
    update ${s}.head set start_size = before, start_nodes = nodes where start_size < before and size >= before;
    if found then
      delete from ${s}.leaves where index < before;
    end if;
  end $$;
`;

/** Nobody changes a leaf by a slip, the owner included; who means to can drop a trigger, and then the hashes tell. */
const guards = (s: string): string => `
  create function ${s}.refuse_update() returns trigger language plpgsql as $$
  begin
    if exists (
      select from was full join now using (index)
      where was.hash is distinct from now.hash or now.bytes is not null or was.line is null
        or regexp_replace(now.line, '"pad":" *"', '"pad":""') is distinct from ${s}.tombstone(was.line) or split_part(now.line, '"', 4) <> encode(was.hash, 'hex')
    ) then
      raise exception 'a leaf is only ever replaced by its tombstone' using errcode = '${NOT_A_TOMBSTONE}';
    end if;
    return null;
  end $$;
  create trigger only_tombstones after update on ${s}.leaves
    referencing old table as was new table as now for each statement execute function ${s}.refuse_update();

  create function ${s}.refuse_delete() returns trigger language plpgsql as $$
  begin
    if exists (select from gone where index >= (select start_size from ${s}.head)) then
      raise exception 'leaves are deleted by prune only' using errcode = 'insufficient_privilege';
    end if;
    return null;
  end $$;
  create trigger only_pruned after delete on ${s}.leaves
    referencing old table as gone for each statement execute function ${s}.refuse_delete();

  create function ${s}.refuse() returns trigger language plpgsql as $$
  begin
    raise exception 'this table is only ever added to' using errcode = 'insufficient_privilege';
  end $$;
  create trigger never before truncate on ${s}.leaves for each statement execute function ${s}.refuse();
  create trigger never before update or delete or truncate on ${s}.checkpoints for each statement execute function ${s}.refuse();
`;

const version1 = (s: string): string => `
  ${tables(s)}${append(s)}${calls(s)}${removal(s)}${guards(s)}
  revoke all on all functions in schema ${s} from public;
`;

/** What takes a schema from one version to the next; the first creates it. Released ones never change. */
export const MIGRATIONS: readonly ((schema: string) => string)[] = [version1];

/**
 * What an application's role needs, and no more: it reads, and it adds through functions that run as their owner. With
 * `retention` it may also erase and delete old leaves.
 */
export function postgresGrants(role: string, options: { readonly schema?: string | undefined; readonly retention?: boolean | undefined } = {}): string {
  const s = `"${(options.schema ?? 'enforcecore').replaceAll('"', '""')}"`;
  const to = `"${role.replaceAll('"', '""')}"`;
  const more = options.retention === true ? `, ${s}.entomb, ${s}.prune` : '';
  return (
    `grant usage on schema ${s} to ${to};\n` +
    `grant select on ${s}.migrations, ${s}.head, ${s}.leaves, ${s}.writers, ${s}.checkpoints to ${to};\n` +
    `grant execute on function ${s}.append, ${s}.begin_calls, ${s}.has_orphans, ${s}.take_calls, ${s}.add_checkpoint${more} to ${to};\n`
  );
}
