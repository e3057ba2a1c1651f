import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileSqlSink, type SqlSinkOptions } from './sql-sink.js';

const secret = 'ZZSECRETZZ';

function reason(text: string, options: SqlSinkOptions = {}): string | undefined {
  return compileSqlSink(options).check(text)?.reason;
}

const benign = [
  'select 1',
  'SELECT * FROM orders',
  ';;select 1;;',
  'select id, total from public.orders where customer = $1 order by total desc limit 10 offset 5',
  'select o.id, c.name from orders o join customers c on c.id = o.customer_id left join lateral (select 1) x on true',
  "select * from orders where name like '%--%' and note = 'it''s; drop table x'",
  'with recent as (select * from orders where at > now() - interval \'7 days\') select count(*) from recent',
  'with recursive t(n) as (values (1) union all select n + 1 from t where n < 100) select sum(n) from t',
  'select date_trunc(\'day\', at), sum(total) filter (where paid), rank() over (partition by a order by b) from orders group by 1 having sum(total) > 5',
  'select case when a then 1 else 2 end, coalesce(a, b), greatest(1, 2), nullif(a, b), array[1, 2], row(1, 2), a::int, cast(b as text) from t',
  'select extract(year from at), trim(both from x), substring(x from 1 for 2), position(\'a\' in x), x at time zone \'utc\', overlay(x placing \'a\' from 1) from t',
  'table orders',
  'values (1), (2)',
  '/* a comment */ select 1 -- and another',
  'select $tag$ it is; drop table x $tag$',
  "select U&'\\0061', E'a\\nb', B'101', X'1f'",
  'select "Orders"."Id" from "Orders"',
  'select * from a union all select * from b except select * from c intersect (select * from d)',
  'select * from jsonb_array_elements(\'[1]\') with ordinality, generate_series(1, 3) g, unnest(array[1]) u',
  'select data->>\'a\', data @> \'{"a":1}\', data #>> \'{a,b}\', a <=> b from t',
  'select exists (select 1 from t where t.id = any (select id from u)), x in (1, 2) from t',
  'select current_date, current_timestamp, pg_typeof(1), pg_size_pretty(1::bigint)',
  'select * from orders tablesample bernoulli (10)',
  "select '€😀' as \"ä\"",
];

/** Each does more than read tables; the kind is what the default policy says about it. */
const attacks: readonly (readonly [string, string])[] = [
  ['delete from orders', 'delete'],
  ['with x as (delete from orders returning *) select * from x', 'delete'],
  ['with x as (insert into orders values (1) returning *) select * from x', 'insert'],
  ['with x as (update orders set a = 1 returning *) select * from x', 'update'],
  ['with x as materialized (with y as (delete from t returning 1) select * from y) select 1', 'delete'],
  ['select * from (with x as (select 1) select * from x) y where exists (select 1 from orders for update)', 'update'],
  ['with x as (merge into t using s on true when matched then delete returning 1) select 1', 'merge'],
  ['select * into copy_of from orders', 'create'],
  ['select 1 as a into unlogged x union select 2', 'create'],
  ['select * from orders for update', 'update'],
  ['select * from orders for key share skip locked', 'update'],
  ['insert into t select * from u', 'insert'],
  ['truncate orders', 'truncate'],
  ['drop table orders', 'drop'],
  ['DROP /**/ SCHEMA public CASCADE', 'drop'],
  ['alter table orders add column a int', 'alter'],
  ['alter role me superuser', 'other'],
  ['create table t (a int)', 'create'],
  ['create table t as select 1', 'create'],
  ['create view v as select 1', 'create'],
  ['create materialized view v as select 1', 'create'],
  ["create function f() returns int language sql as 'select 1'", 'other'],
  ["create or replace procedure f() language plpgsql as $$begin end$$", 'other'],
  ['create extension dblink', 'other'],
  ['create role x superuser', 'other'],
  ['create schema s', 'other'],
  ['alter schema other rename to x', 'alter'],
  ['create rule r as on select to t do instead delete from u', 'other'],
  ['create trigger t after insert on a execute function f()', 'other'],
  ['grant all on orders to public', 'grant'],
  ['revoke all on orders from public', 'grant'],
  ['grant admin to me', 'other'],
  ["copy orders to program 'curl x'", 'copy'],
  ["copy orders from '/etc/passwd'", 'copy'],
  ['copy orders to stdout', 'copy'],
  ['copy (select 1) to stdout', 'copy'],
  ['do $$begin execute \'drop table x\'; end$$', 'do'],
  ["do language plpgsql 'begin end'", 'do'],
  ['call p(1)', 'call'],
  ['explain analyze delete from orders', 'explain'],
  ['explain select 1', 'explain'],
  ['prepare p as delete from orders', 'prepare'],
  ['execute p(1)', 'execute'],
  ['deallocate p', 'prepare'],
  ['set role postgres', 'set'],
  ["set session authorization 'x'", 'set'],
  ['reset all', 'set'],
  ['set local search_path = evil', 'set'],
  ['show all', 'show'],
  ['listen x', 'notify'],
  ["notify x, 'y'", 'notify'],
  ['vacuum', 'vacuum'],
  ['analyze orders', 'vacuum'],
  ['begin', 'transaction'],
  ['commit', 'transaction'],
  ['rollback to savepoint a', 'transaction'],
  ["prepare transaction 'x'", 'transaction'],
  ['lock table orders', 'lock'],
  ['declare c cursor for select 1', 'cursor'],
  ['fetch all from c', 'cursor'],
  ['refresh materialized view v', 'other'],
  ['reindex table t', 'other'],
  ['cluster', 'other'],
  ['checkpoint', 'other'],
  ['discard all', 'other'],
  ["load 'x.so'", 'other'],
  ['comment on table t is null', 'other'],
  ["security label on table t is 'x'", 'other'],
  ['import foreign schema a from server b into c', 'other'],
  ['create database x', 'other'],
  ['drop database x', 'other'],
  ['drop owned by me', 'other'],
  ['drop role x', 'other'],
  ['alter system set a = 1', 'other'],
  ['create server s foreign data wrapper w', 'other'],
  ['create user mapping for me server s', 'other'],
  ['create policy p on t', 'other'],
  ['create subscription s connection \'x\' publication p', 'other'],
];

const functionAttacks = [
  "select pg_read_file('/etc/passwd')", "select PG_READ_FILE('/etc/passwd')", "select pg_catalog.pg_read_file('x')", 'select "pg_read_file"(\'x\')', "select U&\"pg\\005fread_file\"('x')",
  "select * from pg_ls_dir('.')", "select * from rows from (pg_ls_dir('.'), generate_series(1, 2)) x", "select lo_import('x')", "select lo_export(1, 'x')", 'select pg_sleep(10)',
  'select 1 where pg_sleep(10) is null', 'select 1 order by pg_sleep(10)', 'select 1 limit (select 1 from pg_sleep(1))', 'select case when true then pg_sleep(1) end', 'select coalesce(1, (select 1 from pg_sleep(1)))',
  "select * from dblink('x', 'select 1') as t(a int)", "select public.dblink_exec('x')", 'select pg_terminate_backend(1)', "select set_config('a', 'b', false)", "select current_setting('a')",
  "select query_to_xml('select 1', true, true, '')", "select database_to_xml(true, true, '')", "select table_to_xml('t', true, true, '')", "select query_to_xml_and_xmlschema('', true, true, '')",
  "select nextval('s')", "select setval('s', 1)", "select ts_stat('select 1')", "select pg_notify('a', 'b')", 'select pg_advisory_lock(1)', 'select sum(1) over (order by pg_sleep(1))', 'select array_agg(1 order by pg_sleep(1))',
  'select count(*) filter (where pg_sleep(1) is null)', 'select array[pg_sleep(1)]', 'select row(pg_sleep(1))', "select 'a' || pg_read_file('x')", "select (pg_read_file('x')).a", 'select 1 from t tablesample pg_x(1)',
  "select crosstab('select 1')", "select http_get('x')", "select cron.schedule('x', 'y')", "select xmlelement(name a, pg_read_file('x'))", "select json_object('a': pg_read_file('x'))", "select * from xmltable('/a' passing (pg_read_file('x')::xml) columns a text)",
  "select * from json_table(pg_read_file('x')::jsonb, '$' columns (a text path '$'))", 'select grouping(a) from t group by grouping sets ((pg_sleep(1)), ())', 'with x as (select pg_sleep(1)) select 1', 'values (pg_sleep(1))',
  'select * from t where (a, b) = (select 1, pg_sleep(1))', 'select * from a join b on pg_sleep(1) is null', "select 'x'::text collate \"C\" = pg_read_file('x')", 'select 1 window w as (order by pg_sleep(1))', 'select x[pg_sleep(1)] from t',
];

const tableAttacks = ['select * from pg_shadow', 'select * from pg_catalog.pg_shadow', 'select * from "pg_shadow"', 'table pg_authid', 'select (select rolpassword from pg_authid limit 1)', 'select * from only (pg_authid)', 'with a as (table pg_authid) select 1', 'select 1 union select 1 from pg_shadow', 'select exists (select from pg_shadow)', 'select * from orders, lateral (table pg_shadow) x', 'select * from (orders cross join pg_shadow)'];

describe('the postgresql sink', () => {
  it('starts synchronously', () => {
    const sink = compileSqlSink({});

    expect(sink.ready).toBeUndefined();
    expect(sink.check('select 1')).toBeUndefined();
    expect(sink.check('drop table a')).toBeDefined();
  });

  it('goes on answering after the package has finished its own start', async () => {
    const sink = compileSqlSink({});
    await new Promise((resolve) => setImmediate(resolve));

    expect(sink.check("select 1.5e3, 'a' from b")).toBeUndefined();
    expect(sink.check('delete from b')).toEqual({ reason: 'a statement of kind "delete" is not in statements' });
  });

  it.each(benign)('lets %p pass', (text) => {
    expect(compileSqlSink({}).check(text)).toBeUndefined();
  });

  it.each(attacks)('refuses %p as %p', (text, kind) => {
    expect(reason(text)).toMatch(/^a statement of kind "/);
    expect(reason(text, { statements: ['select', kind] }) ?? '').not.toContain(`kind "${kind}"`);
  });

  it.each(functionAttacks)('refuses the function in %p', (text) => {
    expect(reason(text)).toMatch(/^a function matches/);
  });

  it.each(tableAttacks)('refuses the table in %p', (text) => {
    expect(reason(text)).toMatch(/^a table matches/);
    expect(reason(text, { tables: { allowed: ['*', 'public.*', 'p*'] } })).toMatch(/^a table matches/);
  });

  it.each([
    ['', 'the text holds no statement'],
    [' ; -- nothing', 'the text holds no statement'],
    ['select 1; drop table a', 'the text holds 2 statements, max_statements is 1'],
    ['select 1\0; drop table a', 'the text holds U+0000'],
    ['select \ud800', 'the text holds half of a surrogate pair'],
    ['select (', 'the text is not valid PostgreSQL'],
    ["select 'a", 'the text is not valid PostgreSQL'],
    ['/* select 1', 'the text is not valid PostgreSQL'],
    ['ｓｅｌｅｃｔ 1', 'the text is not valid PostgreSQL'],
    ['\\copy a to b', 'the text is not valid PostgreSQL'],
    ['select 1 into outfile', 'a statement of kind "create" is not in statements'],
    [`select '${'='.repeat(300)}'`, 'the text holds 256 operator characters in a row'],
  ])('says of %p: %s', (text, expected) => {
    expect(reason(text)).toBe(expected);
  });

  it('tells offsets in UTF-16 units', () => {
    expect(compileSqlSink({}).check("select '€😀', (")?.offset).toBe(15);
    expect(compileSqlSink({}).check("select '€😀', pg_sleep(1)")?.offset).toBe(14);
  });

  it('counts every kind of a statement that has several', () => {
    const insert = { statements: ['insert'] };

    expect(reason('insert into t values (1)', insert)).toBeUndefined();
    expect(reason('insert into t default values', insert)).toBeUndefined();
    expect(reason('insert into t values (1) on conflict do nothing', insert)).toBeUndefined();
    expect(reason('insert into t values (1) on conflict (a) do update set a = 1', insert)).toContain('"update"');
    expect(reason('insert into t values ((select 1))', insert)).toContain('"select"');
    expect(reason('insert into t table u', insert)).toContain('"select"');
    expect(reason('explain delete from t', { statements: ['explain', 'select'] })).toContain('"delete"');
    expect(reason("copy t to program 'x'", { statements: ['copy'] })).toContain('"copy_program"');
    expect(reason("copy t to '/x'", { statements: ['copy'] })).toContain('"copy_file"');
    expect(reason('copy t to stdout', { statements: ['copy'] })).toBeUndefined();
    expect(reason('merge into t using s on true when matched then delete', { statements: ['merge'] })).toContain('"delete"');
  });

  describe('with a list of tables', () => {
    const tables = { allowed: ['orders', 'shop.*', 'Invoices'], denied: ['shop.keys', 'secret*'] };
    const check = (text: string, statements = ['select']): string | undefined => reason(text, { tables, statements });

    it.each([
      'select * from orders', 'select * from ORDERS', 'select * from public.orders', 'select * from shop.items i', 'select * from invoices', 'select * from "Invoices"',
      'with x as (select * from orders) select * from x', 'with recursive x as (select 1 union select * from x) select * from x', 'with a as (select 1), b as (select * from a) select * from b, a',
      'select o.secret_column from orders o', 'with secrets as (select 1) select * from secrets', 'select * from orders where id in (select id from shop.items)',
    ])('lets %p pass', (text) => {
      expect(check(text)).toBeUndefined();
    });

    it.each([
      'select * from customers', 'select * from other.orders', 'select * from "Orders"', 'select * from shop.keys', 'select * from shop.secrets', 'select * from db.shop.items', 'select * from pg_class',
      'select * from pg_catalog.orders', 'select * from "shop.x"', 'select * from "shop.items".y', 'select * from information_schema.tables',
      'with customers as (select * from customers) select * from customers', 'select * from (with customers as (select 1) select 1) x, customers', 'with a as (select * from b), b as (select 1) select * from a',
      'with customers as (select 1) select * from public.customers', 'select (with customers as (select 1) select 1) from customers', 'with x as (select 1) select * from x, customers',
      'select * from orders where exists (select 1 from customers)', 'select * from orders union select * from customers', 'select * from orders join (customers join orders o on true) on true',
      'select * from customers tablesample system (1)', 'select * from only customers', 'table customers',
    ])('refuses %p', (text) => {
      expect(check(text)).toMatch(/^a table /);
    });

    it.each([
      'with t as (select 1) insert into t select * from t', 'delete from orders using customers', 'update orders set a = (select 1 from customers)', 'drop table orders, customers', 'drop schema public', 'drop view a.orders',
      'truncate orders, customers', 'insert into customers values (1)', 'merge into orders using customers on true when matched then delete', 'grant select on all tables in schema other to me', 'grant select on customers to me', 'create table customers (a int)',
      'create table orders (a int references customers)', 'create table orders (like customers)', 'alter table customers add a int', 'alter table orders rename to x; alter table customers rename to y', 'lock customers', 'create view orders as select * from customers', 'copy customers to stdout', 'select * into customers from orders',
      'create index on customers (a)', 'vacuum customers', 'with x as (delete from customers returning 1) select 1',
    ])('refuses %p whatever the statement', (text) => {
      const statements = ['select', 'insert', 'update', 'delete', 'merge', 'truncate', 'create', 'drop', 'alter', 'grant', 'lock', 'copy', 'vacuum'];

      expect(reason(text, { tables, statements, max_statements: 2 })).toMatch(/^a table /);
    });

    it('lets an exact entry name a catalog with secrets', () => {
      expect(reason('table pg_authid', { tables: { allowed: ['pg_authid'] } })).toBeUndefined();
      expect(reason('table pg_catalog.pg_authid', { tables: { allowed: ['pg_catalog.pg_authid'] } })).toBeUndefined();
    });

    it('denies a name in any case and any schema', () => {
      for (const name of ['Secret', '"SECRET"', 'a.secret', 'a."Secrets"', 'x.a.secret']) expect(reason(`table ${name}`, { tables: { denied: ['secret*'] } })).toBe('a table matches "secret*" of tables.denied');
    });
  });

  describe('with a list of functions', () => {
    const check = (text: string): string | undefined => reason(text, { functions: { allowed: ['count', 'sum', 'app.*', 'pg_sleep'], denied: ['app.danger'] } });

    it.each(['select count(*), sum(a) from t', 'select pg_catalog.count(*) from t', 'select app.f(1)', 'select pg_sleep(1)', 'select extract(year from a), trim(a), a::int, coalesce(a, b) from t'])('lets %p pass', (text) => {
      expect(check(text)).toBeUndefined();
    });

    it.each(['select max(a) from t', 'select evil.count(*) from t', 'select app.danger(1)', 'select now()', 'select current_user', 'select "COUNT"(a) from t', "select pg_read_file('x')", 'select 1 from f(1)', "select 'a'::regclass"])('refuses or lets pass by the list: %p', (text) => {
      const isCast = text.includes('::');

      expect(check(text) === undefined).toBe(isCast);
    });

    it('refuses a cast to a name that is denied', () => {
      expect(reason("select 'x'::regclass", { functions: { denied: ['reg*'] } })).toContain('"reg*"');
      expect(reason("select 'x'::pg_catalog.regproc[]", { functions: { denied: ['reg*'] } })).toContain('"reg*"');
    });
  });

  it.each([
    ['parentheses', (n: number) => `select ${'('.repeat(n)}1${')'.repeat(n)}`],
    ['open parentheses', (n: number) => `select ${'('.repeat(n)}`],
    ['a sum', (n: number) => `select a${'+a'.repeat(n)}`],
    ['NOT', (n: number) => `select ${'not '.repeat(n)}true`],
    ['casts', (n: number) => `select a${'::int'.repeat(n)}`],
    ['unions', (n: number) => `select 1${' union select 1'.repeat(n)}`],
    ['subqueries', (n: number) => `${'select * from ('.repeat(n)}select 1${') x'.repeat(n)}`],
    ['comments', (n: number) => `${'/*'.repeat(n)}${'*/'.repeat(n)}select 1`],
    ['spaced comments', (n: number) => `${'/* '.repeat(n)}${'*/ '.repeat(n)}select 1`],
    ['signs', (n: number) => `select 1 ${'+-'.repeat(n)}`],
    ['WITH', (n: number) => `${'with a as ('.repeat(n)}select 1${') select 1'.repeat(n)}`],
    ['WITH entries', (n: number) => `with ${Array.from({ length: n }, (_, i) => `a${String(i)} as (select * from b)`).join(', ')} select 1`],
    ['statements', (n: number) => 'select 1;'.repeat(n)],
    ['quotes', (n: number) => `select ${"'a'\n".repeat(n)}`],
    ['dollars', (n: number) => `select ${'$a'.repeat(n)}`],
  ])('answers a text of 30000 times %s in time, and the next text rightly', (_name, text) => {
    const { check } = compileSqlSink({ max_length: 10_000_000 });
    const start = performance.now();

    expect([undefined, 'string']).toContain(typeof check(text(30_000))?.reason === 'string' ? 'string' : undefined);
    expect(performance.now() - start).toBeLessThan(20_000);
    expect(check('select a from b')).toBeUndefined();
    expect(check('with x as (delete from b returning 1) select 1')).toEqual({ reason: 'a statement of kind "delete" is not in statements' });
  });

  it('refuses a text of 10 MB at once', () => {
    expect(reason(' '.repeat(10_000_000))).toBe('the text is longer than 100000 characters');
  });

  it('never throws and never quotes the text', () => {
    const { check } = compileSqlSink({ tables: { allowed: ['a'] } });
    const word = fc.constantFrom('select ', 'from ', `${secret} `, '* ', 'with ', 'as ', '(', ')', "'", '"', '$$', '--', '/*', ';', ',', 'delete ', '\0', '\ud800', '__proto__ ', 'é', '😀', '.', '::', 'union ');

    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(word, { maxLength: 30 }).map((words) => words.join(''))), (text) => {
        const fault = check(text);

        expect(fault?.reason ?? '').not.toContain(secret);
      }),
      { numRuns: 500 },
    );
  });

  it('goes on refusing with white space, comments and empty statements around', () => {
    const texts = [...attacks.map(([text]) => text), ...functionAttacks, ...tableAttacks];
    const { check } = compileSqlSink({});

    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.constantFrom(' ', '\n\t', '/* x */', '-- x\n', ';', '/* /* */ */'), fc.constantFrom('', ' ', ';', '-- x', '/* x */'), (text, before, after) => {
        expect(check(before + text + after)).toBeDefined();
      }),
      { numRuns: 300 },
    );
  });
});
