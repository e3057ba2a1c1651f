import { CteScope } from './cte-scope.js';
import { postgresKind } from './postgres-kinds.js';
import { SqlSyntaxFault, type SqlName, type SqlUsage, type StatementKind } from './sql-usage.js';
import { isTreeObject, treeList, type TreeObject } from './tree-object.js';

interface Node {
  readonly type: string;
  readonly fields: TreeObject;
  readonly scope: CteScope | undefined;
}

/** Fields whose value carries no type of its own, because the grammar leaves only one. */
const fieldTypes: Readonly<Record<string, string>> = { intoClause: 'IntoClause', into: 'IntoClause', funccall: 'FuncCall', typeName: 'TypeName', onConflictClause: 'OnConflictClause', setstmt: 'VariableSetStmt' };

/** Statements whose `relation` is what they write to, which is never a common table expression. */
const writers = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

/** Reads the tree of PostgreSQL's grammar: every node of it, without recursion. */
export class PostgresUsage {
  readonly #kinds = new Set<StatementKind>();
  readonly #tables: SqlName[] = [];
  readonly #functions: SqlName[] = [];
  readonly #stack: Node[] = [];
  readonly #offsetOf: (location: number) => number;
  /** SELECT nodes that only carry the rows of INSERT ... VALUES. */
  readonly #rows = new Set<TreeObject>();

  constructor(offsetOf: (location: number) => number) {
    this.#offsetOf = offsetOf;
  }

  read(tree: unknown): SqlUsage {
    if (!isTreeObject(tree)) throw new SqlSyntaxFault('the SQL parser gave no tree');
    const statements = treeList(tree['stmts']);
    for (const statement of statements) this.#pushRaw(statement);
    for (let node = this.#stack.pop(); node !== undefined; node = this.#stack.pop()) this.#visit(node);
    return { statementCount: statements.length, kinds: this.#kinds, tables: this.#tables, functions: this.#functions, offsetOf: this.#offsetOf };
  }

  #pushRaw(statement: unknown): void {
    const wrapped = isTreeObject(statement) ? statement['stmt'] : undefined;
    if (!isTreeObject(wrapped) || wrapperType(wrapped) === undefined) throw new SqlSyntaxFault('the SQL parser gave a statement without a type');
    this.#pushValue(wrapped, '', undefined);
  }

  #visit(node: Node): void {
    const { type, fields } = node;
    const kind = postgresKind(type);
    if (kind !== undefined && !this.#rows.has(fields)) this.#kinds.add(kind);
    if (typeof fields['relname'] === 'string') this.#addTable(node);
    this.#look(node);
    const inner = this.#enterWith(node);
    for (const [key, value] of Object.entries(fields)) {
      // `FOR UPDATE OF x` names an alias of the FROM list, which has been seen there.
      if (key === 'withClause' || key === 'lockedRels') continue;
      const isTarget = key === 'relation' && writers.has(type);
      this.#pushValue(value, key === 'larg' || key === 'rarg' ? type : (fieldTypes[key] ?? ''), isTarget ? undefined : inner);
    }
  }

  #look({ type, fields }: Node): void {
    switch (type) {
      case 'FuncCall':
        this.#addFunction(strings(fields['funcname']), fields, fields['funcformat'] === 'COERCE_SQL_SYNTAX');
        return;
      case 'RangeTableSample':
        this.#addFunction(strings(fields['method']), fields);
        return;
      case 'SQLValueFunction':
        this.#addFunction([sqlValueName(fields['op'])], fields);
        return;
      case 'TypeName':
        this.#addCast(strings(fields['names']), fields);
        return;
      case 'IntoClause':
        this.#kinds.add('create');
        return;
      case 'LockingClause':
        this.#kinds.add('update');
        return;
      case 'OnConflictClause':
        if (fields['action'] !== 'ONCONFLICT_NOTHING') this.#kinds.add('update');
        return;
      case 'InsertStmt':
        this.#noteRows(fields['selectStmt']);
        return;
      case 'MergeStmt':
        this.#addMergeActions(fields);
        return;
      case 'CopyStmt':
        if (fields['is_program'] === true) this.#kinds.add('copy_program');
        else if (fields['filename'] !== undefined) this.#kinds.add('copy_file');
        return;
      case 'RenameStmt':
        // A role, a schema or a function, which no list of tables is about.
        if (fields['relation'] === undefined) this.#kinds.add('other');
        return;
      case 'DropStmt':
      case 'GrantStmt':
        this.#addObjects(fields);
        return;
    }
  }

  /** The scope of what a statement holds, after its WITH list has been pushed with the scopes of its entries. */
  #enterWith({ fields, scope }: Node): CteScope | undefined {
    const clause = fields['withClause'];
    if (!isTreeObject(clause)) return scope;
    const entries = treeList(clause['ctes']);
    const names = entries.map((entry) => cteName(entry));
    const all = CteScope.of(names, scope);
    // Without RECURSIVE an entry sees the entries before it, and its own name means a table.
    entries.forEach((entry, index) => this.#pushValue(entry, '', clause['recursive'] === true ? all : all.before(index)));
    return all;
  }

  #pushValue(value: unknown, type: string, scope: CteScope | undefined): void {
    if (Array.isArray(value)) {
      for (const item of treeList(value)) this.#pushValue(item, '', scope);
      return;
    }
    if (!isTreeObject(value)) return;
    const wrapped = wrapperType(value);
    const inner = wrapped === undefined ? value : value[wrapped];
    if (isTreeObject(inner)) this.#stack.push({ type: wrapped ?? type, fields: inner, scope });
  }

  #addTable({ fields, scope }: Node): void {
    const parts = [fields['catalogname'], fields['schemaname'], fields['relname']].filter((part) => typeof part === 'string');
    if (parts.length === 1 && scope?.has(parts[0] ?? '') === true) return;
    this.#tables.push({ parts, location: location(fields) });
  }

  #addFunction(parts: readonly string[], fields: TreeObject, syntax = false): void {
    this.#functions.push({ parts, location: location(fields), syntax });
  }

  /** `'x'::regclass` looks a name up, as a call of `regclass('x')` would. */
  #addCast(parts: readonly string[], fields: TreeObject): void {
    if (parts[parts.length - 1]?.startsWith('reg') === true) this.#addFunction(parts, fields, true);
  }

  #noteRows(source: unknown): void {
    const select = isTreeObject(source) ? source['SelectStmt'] : undefined;
    if (isTreeObject(select) && select['valuesLists'] !== undefined) this.#rows.add(select);
  }

  #addMergeActions(fields: TreeObject): void {
    for (const clause of treeList(fields['mergeWhenClauses'])) {
      const when = isTreeObject(clause) ? clause['MergeWhenClause'] : undefined;
      const command = isTreeObject(when) ? when['commandType'] : undefined;
      if (command === 'CMD_DELETE') this.#kinds.add('delete');
    }
  }

  /** DROP and GRANT name what they are about without saying that it is a table. */
  #addObjects(fields: TreeObject): void {
    for (const object of treeList(fields['objects'])) {
      const parts = objectName(object);
      if (parts !== undefined) this.#tables.push({ parts });
    }
  }
}

/** The parser leaves zeros out of its tree and writes -1 for what it does not know; no name stands at 0. */
function location(fields: TreeObject): number | undefined {
  const value = fields['location'];
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

function wrapperType(value: TreeObject): string | undefined {
  const [key, second] = Object.keys(value);
  return key !== undefined && second === undefined && /^[A-Z]/.test(key) ? key : undefined;
}

function strings(list: unknown): string[] {
  return treeList(list).map((item) => {
    const inner = isTreeObject(item) ? item['String'] : undefined;
    const text = isTreeObject(inner) ? inner['sval'] : undefined;
    return typeof text === 'string' ? text : '';
  });
}

function cteName(entry: unknown): string {
  const inner = isTreeObject(entry) ? entry['CommonTableExpr'] : undefined;
  const name = isTreeObject(inner) ? inner['ctename'] : undefined;
  if (typeof name !== 'string') throw new SqlSyntaxFault('the SQL parser gave a WITH entry without a name');
  return name;
}

/** `SVFOP_CURRENT_TIME_N` is CURRENT_TIME with a precision. */
function sqlValueName(op: unknown): string {
  return typeof op === 'string' ? op.replace(/^SVFOP_|_N$/g, '').toLowerCase() : '';
}

/** A name that stands as a list of strings; objects that the walk finds by themselves give nothing. */
function objectName(object: unknown): readonly string[] | undefined {
  if (!isTreeObject(object)) return undefined;
  const { List: list, String: single, RangeVar: table, ObjectWithArgs: routine, TypeName: type } = object;
  if (table !== undefined) return undefined;
  if (isTreeObject(list)) return strings(list['items']);
  if (single !== undefined) return strings([object]);
  if (isTreeObject(routine)) return strings(routine['objname']);
  // A name that cannot be compared is refused by every list of tables.
  return isTreeObject(type) ? strings(type['names']) : [''];
}
