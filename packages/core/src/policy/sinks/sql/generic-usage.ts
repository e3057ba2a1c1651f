import { CteScope } from './cte-scope.js';
import type { GenericDialect } from './generic-reader.js';
import { SqlSyntaxFault, type SqlName, type SqlUsage, type StatementKind } from './sql-usage.js';
import { isTreeObject, treeList, type TreeObject } from './tree-object.js';

/** Types of nodes that are statements wherever they stand. */
const nestedKinds = new Map<unknown, StatementKind>([
  ['select', 'select'],
  ['insert', 'insert'],
  ['replace', 'insert'],
  ['update', 'update'],
  ['delete', 'delete'],
  ['merge', 'merge'],
  ['truncate', 'truncate'],
  ['drop', 'drop'],
  ['call', 'call'],
  ['exec', 'call'],
  ['execute', 'execute'],
  ['load_data', 'copy_file'],
  ['copy', 'copy'],
]);

/** Types that mean a statement only at the top: inside they are clauses. */
const topKinds = new Map<unknown, StatementKind>([
  ...nestedKinds,
  ['create', 'create'],
  ['alter', 'alter'],
  ['rename', 'alter'],
  ['grant', 'grant'],
  ['revoke', 'grant'],
  ['explain', 'explain'],
  ['desc', 'show'],
  ['show', 'show'],
  ['set', 'set'],
  ['transaction', 'transaction'],
  ['lock', 'lock'],
  ['unlock', 'lock'],
  ['use', 'use'],
]);

/** Words that begin a statement in Transact-SQL, which needs no semicolon; the parser takes them for aliases. */
const statementWords = new Set(['shutdown', 'checkpoint', 'commit', 'rollback', 'reconfigure', 'revert', 'return', 'break', 'continue', 'exec', 'execute', 'kill', 'print', 'raiserror', 'throw', 'deny', 'grant', 'revoke', 'use', 'backup', 'restore', 'dbcc', 'waitfor', 'begin', 'end', 'go', 'save', 'deallocate', 'close', 'open', 'fetch', 'truncate', 'drop', 'alter', 'create', 'delete', 'insert', 'update', 'merge', 'bulk', 'declare', 'set', 'if', 'while', 'goto']);

interface Visit {
  readonly value: unknown;
  readonly scope: CteScope | undefined;
  /** What the parent calls the value. */
  readonly key: string;
}

/** Reads a tree of node-sql-parser: every object of it, without recursion. */
export class GenericUsage {
  readonly #dialect: GenericDialect;
  readonly #kinds = new Set<StatementKind>();
  readonly #tables: SqlName[] = [];
  readonly #functions: SqlName[] = [];
  readonly #cteNames = new Set<string>();
  readonly #stack: Visit[] = [];

  constructor(dialect: GenericDialect) {
    this.#dialect = dialect;
  }

  read(result: unknown): SqlUsage {
    if (!isTreeObject(result)) throw new SqlSyntaxFault('the SQL parser gave no tree');
    const roots = (Array.isArray(result['ast']) ? treeList(result['ast']) : [result['ast']]).filter((root) => root !== null && root !== undefined);
    for (const root of roots) this.#pushRoot(root);
    for (let visit = this.#stack.pop(); visit !== undefined; visit = this.#stack.pop()) this.#visit(visit);
    this.#addListed(result['tableList']);
    return { statementCount: roots.length, kinds: this.#kinds, tables: this.#tables, functions: this.#functions, offsetOf: (location) => location };
  }

  #pushRoot(root: unknown): void {
    const inner = isTreeObject(root) && isTreeObject(root['ast']) ? root['ast'] : root;
    const type = isTreeObject(inner) && typeof inner['type'] === 'string' ? inner['type'].toLowerCase() : undefined;
    this.#kinds.add(topKinds.get(type) ?? 'other');
    this.#stack.push({ value: inner, scope: undefined, key: '' });
  }

  #visit({ value, scope, key }: Visit): void {
    if (Array.isArray(value)) {
      for (const item of treeList(value)) this.#stack.push({ value: item, scope, key });
      return;
    }
    if (!isTreeObject(value)) return;
    const type = typeof value['type'] === 'string' ? value['type'].toLowerCase() : undefined;
    this.#look(value, type, key, scope);
    const inner = this.#enterWith(value, scope);
    for (const [name, child] of Object.entries(value)) {
      if (name !== 'with' && name !== 'surround' && !isAliasList(value, type, name)) this.#stack.push({ value: child, scope: inner, key: name });
    }
  }

  #look(node: TreeObject, type: string | undefined, key: string, scope: CteScope | undefined): void {
    const kind = nestedKinds.get(type);
    if (kind !== undefined) this.#kinds.add(kind);
    if (type === 'select') this.#lookAtSelect(node);
    if (type === 'replace' || given(node['on_duplicate_update']) || given(node['conflict']) || given(node['or'])) this.#kinds.add('update');
    if (typeof node['table'] === 'string' && type !== 'column_ref') this.#addTable(node, scope);
    else if (key === 'from' && !isKnownSource(node, type)) this.#kinds.add('other');
    if (type === 'function' || type?.endsWith('_func') === true || type === 'tablefunc') this.#functions.push({ parts: functionName(node['name']) });
    this.#lookAtAlias(node['as']);
  }

  #lookAtSelect(node: TreeObject): void {
    if (given(node['locking_read'])) this.#kinds.add('update');
    const into = node['into'];
    if (!isTreeObject(into) || !given(into['expr'])) return;
    this.#kinds.add(typeof into['keyword'] === 'string' ? 'copy_file' : 'create');
    if (typeof into['expr'] === 'string') this.#tables.push({ parts: into['expr'].split('.') });
  }

  #lookAtAlias(alias: unknown): void {
    if (this.#dialect === 'transactsql' && typeof alias === 'string' && statementWords.has(alias.toLowerCase())) this.#kinds.add('other');
  }

  #enterWith(node: TreeObject, scope: CteScope | undefined): CteScope | undefined {
    const entries = treeList(node['with']).filter(isTreeObject);
    if (entries.length === 0) return scope;
    // Names are compared as they are written: one that differs in case hides no table.
    const names = entries.map(({ name }) => String(isTreeObject(name) ? name['value'] : name));
    for (const name of names) this.#cteNames.add(name);
    const all = CteScope.of(names, scope);
    const isRecursive = entries.some((entry) => entry['recursive'] === true);
    entries.forEach((entry, index) => this.#stack.push({ value: entry, scope: isRecursive ? all : all.before(index), key: 'with' }));
    return all;
  }

  #addTable(node: TreeObject, scope: CteScope | undefined): void {
    const { server, catalog, schema, db, table, prefix } = node;
    // With a catalog or a server `db` is either a repetition of the catalog or a level of its own.
    const levels = typeof server === 'string' ? [server, db, schema] : typeof catalog === 'string' ? [catalog, schema] : [db, schema];
    const name = `${typeof prefix === 'string' ? prefix : ''}${String(table)}`;
    const parts = [...levels.filter((level) => typeof level === 'string' && level !== ''), name].flatMap((part) => this.#split(String(part)));
    if (parts.length === 1 && scope?.has(name) === true) return;
    this.#tables.push({ parts });
  }

  /** BigQuery takes a whole path in one pair of backticks. */
  #split(part: string): readonly string[] {
    return this.#dialect === 'bigquery' ? part.split('.') : [part];
  }

  /** The parser's own list of tables, a second pair of eyes: `type::schema::table`. */
  #addListed(list: unknown): void {
    for (const item of treeList(list)) {
      const [, schema, table, more] = typeof item === 'string' ? item.split('::') : [];
      if (table === undefined || more !== undefined) throw new SqlSyntaxFault('the text names a table that cannot be compared');
      const bare = schema === undefined || schema === 'null' || schema === '';
      if (table === 'null' || (bare && (this.#cteNames.has(table) || this.#isSeen(table)))) continue;
      if (bare) this.#tables.push({ parts: this.#split(table) });
    }
  }

  #isSeen(table: string): boolean {
    return this.#tables.some(({ parts }) => parts[parts.length - 1] === table);
  }
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** DELETE a FROM t AS a: the first list names what stands in the second, which is looked at. */
function isAliasList(node: TreeObject, type: string | undefined, key: string): boolean {
  return type === 'delete' && key === 'table' && treeList(node['from']).length > 0;
}

function isKnownSource(node: TreeObject, type: string | undefined): boolean {
  return isTreeObject(node['expr']) || type === 'dual' || type === 'unnest' || type === 'values';
}

function functionName(name: unknown): readonly string[] {
  if (typeof name === 'string') return [name];
  if (!isTreeObject(name)) return [''];
  const schema = isTreeObject(name['schema']) ? [name['schema']['value']] : [];
  const own = treeList(name['name']).map((part) => (isTreeObject(part) ? part['value'] : part));
  return [...schema, ...own].map((part) => (typeof part === 'string' ? part : ''));
}
