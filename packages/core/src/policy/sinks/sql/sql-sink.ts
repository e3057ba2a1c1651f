import type { SinkCheck, SinkFault } from '../sink.js';
import { dialectRules, sqlDialects, type SqlDialect } from './dialects.js';
import { GenericReader } from './generic-reader.js';
import { PostgresReader } from './postgres-reader.js';
import { SqlNameRules, type SqlNameLists } from './sql-names.js';
import { SqlSyntaxFault, statementKinds, type SqlName, type SqlReader, type SqlUsage, type StatementKind } from './sql-usage.js';
import { textFault, textLimit } from './text-bounds.js';

/** What SQL a tool may be given; plain data of a policy. */
export interface SqlSinkOptions {
  /** One of {@link sqlDialects}; `postgresql` when left out. It and `redshift` need the package libpg-query, the others node-sql-parser. */
  readonly dialect?: string;
  /**
   * Kinds of statements that may stand anywhere in the text; `['select']` when left out.
   *
   * Every nested statement counts: a DELETE in a WITH list is `delete`, EXPLAIN DELETE is `explain` and `delete`,
   * INSERT ... SELECT is `insert` and `select`, INSERT ... ON CONFLICT DO UPDATE is `insert` and `update`, SELECT ... INTO
   * is `select` and `create`, SELECT ... FOR UPDATE is `select` and `update`, COPY with a file of the server is `copy` and
   * `copy_file`, with PROGRAM `copy` and `copy_program`. `other` is every statement without a word of its own, CREATE
   * FUNCTION and ALTER ROLE among them. `do`, `execute`, `call` and `other` can run code that no rule sees.
   */
  readonly statements?: readonly string[];
  /**
   * Tables that may be named. `orders` in `allowed` is a table without schema or in the default one (`public`, `main`,
   * `dbo`), `a.*` all of schema a; in `denied`, `orders` is that table in any schema. Catalogs with secrets, such as
   * `pg_authid` and `mysql.user`, need an exact entry in `allowed`.
   */
  readonly tables?: SqlNameLists;
  /**
   * Functions that may be called, by the same rules. Functions that read files, reach the network, wait or run text as
   * SQL need an exact entry in `allowed` in any case.
   */
  readonly functions?: SqlNameLists;
  /** How many statements one text may hold; 1 when left out. */
  readonly max_statements?: number;
  /** UTF-16 units that a text may have; 100000 when left out. */
  readonly max_length?: number;
}

/** A compiled check of SQL. */
export interface SqlSink {
  readonly check: SinkCheck;
  /** Set only when the parser could not start synchronously: until it settles, every text is refused. */
  readonly ready: Promise<void> | undefined;
}

function isDialect(word: string): word is SqlDialect {
  return (sqlDialects as readonly string[]).includes(word); // Widened: `includes` takes only members.
}

function isStatementKind(word: string): word is StatementKind {
  return (statementKinds as readonly string[]).includes(word); // Widened: `includes` takes only members.
}

function statementSet(words: readonly string[]): ReadonlySet<StatementKind> {
  const unknown = words.find((word) => !isStatementKind(word));
  if (unknown !== undefined) throw new Error(`sink: sql: unknown statement kind "${unknown}": expected one of ${statementKinds.join(', ')}`);
  return new Set(words.filter(isStatementKind));
}

/**
 * Compiles a check that a text is SQL of a dialect and does only what a policy lets it do. A text without any statement is
 * refused, and so is one that does not parse.
 *
 * It sees names, not meaning: views, triggers, functions that an author lets through and the server's search path may do
 * more than the text says, so the database account still wants as few rights as the tool needs.
 *
 * @throws MissingParserError when the dialect's package is not installed.
 * @throws Error when an option has a value that means nothing.
 */
export function compileSqlSink(options: SqlSinkOptions): SqlSink {
  const dialect = options.dialect ?? 'postgresql';
  if (!isDialect(dialect)) throw new Error(`sink: sql: unknown dialect "${dialect}": expected one of ${sqlDialects.join(', ')}`);
  const limit = textLimit('sql', options.max_length);
  const rules = new SqlRules(dialect, options);
  const reader: SqlReader = dialect === 'postgresql' || dialect === 'redshift' ? new PostgresReader(dialect) : new GenericReader(dialect);
  const check = (text: string): SinkFault | undefined => textFault(text, limit) ?? readingFault(reader, rules, text);
  return Object.freeze({ check, ready: reader.ready });
}

/** INVARIANT: whatever a parser throws on hostile text is a refusal. */
function readingFault(reader: SqlReader, rules: SqlRules, text: string): SinkFault | undefined {
  try {
    return rules.fault(reader.read(text));
  } catch (error) {
    if (!(error instanceof SqlSyntaxFault)) return { reason: 'the SQL parser gave up on the text' };
    return error.offset === undefined ? { reason: error.message } : { reason: error.message, offset: error.offset };
  }
}

class SqlRules {
  readonly #statements: ReadonlySet<StatementKind>;
  readonly #maxStatements: number;
  readonly #tables: SqlNameRules;
  readonly #functions: SqlNameRules;

  constructor(dialect: SqlDialect, options: SqlSinkOptions) {
    const defaults = dialectRules[dialect];
    this.#statements = statementSet(options.statements ?? ['select']);
    this.#maxStatements = options.max_statements ?? 1;
    if (!Number.isSafeInteger(this.#maxStatements) || this.#maxStatements < 1) throw new Error('sink: sql: max_statements must be a whole number above 0');
    this.#tables = new SqlNameRules('table', options.tables, defaults.tables);
    this.#functions = new SqlNameRules('function', options.functions, defaults.functions);
  }

  fault(usage: SqlUsage): SinkFault | undefined {
    const { statementCount, kinds } = usage;
    if (statementCount === 0) return { reason: 'the text holds no statement' };
    if (statementCount > this.#maxStatements) return { reason: `the text holds ${String(statementCount)} statements, max_statements is ${String(this.#maxStatements)}` };
    const kind = [...kinds].find((one) => !this.#statements.has(one));
    if (kind !== undefined) return { reason: `a statement of kind "${kind}" is not in statements` };
    return this.#nameFault(usage, this.#tables, usage.tables) ?? this.#nameFault(usage, this.#functions, usage.functions);
  }

  #nameFault(usage: SqlUsage, rules: SqlNameRules, names: readonly SqlName[]): SinkFault | undefined {
    for (const name of names) {
      const reason = rules.refusal(name);
      if (reason === undefined) continue;
      return name.location === undefined ? { reason } : { reason, offset: usage.offsetOf(name.location) };
    }
    return undefined;
  }
}
