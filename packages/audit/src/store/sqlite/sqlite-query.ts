import type { QueryField, SettledQuery } from '../settle-query.js';
import type { SqliteValue } from './sqlite-database.js';

/** The columns that have an index; any other field is read from the line. */
const COLUMNS: ReadonlySet<QueryField> = new Set(['tool_name', 'call_id', 'session', 'tenant_id', 'agent', 'writer_id']);

/** A statement that finds all that fits a query and perhaps more, in its order. */
export interface QueryStatement {
  readonly sql: string;
  readonly values: readonly SqliteValue[];
}

/** INVARIANT: no text of the query becomes part of the statement; names come from the list of fields. */
export function queryStatement(query: SettledQuery): QueryStatement {
  // What is before the start is no part of the log, whoever put it there.
  const conditions = ['line IS NOT NULL', 'idx >= (SELECT start_size FROM audit_log)'];
  const values: SqliteValue[] = [];
  const add = (condition: string, value: SqliteValue): void => {
    conditions.push(condition);
    values.push(value);
  };
  for (const { field, value } of query.equals) add(`${COLUMNS.has(field) ? field : `json_extract(line, '$.${field}')`} = ?`, value);
  if (query.since !== null) add('timestamp >= ?', query.since);
  if (query.until !== null) add('timestamp < ?', query.until);
  // SQLite ends a JSON text at an escaped NUL, so a line that holds one is given to whoever judges it in full.
  for (const word of query.words) {
    add(String.raw`(instr(lower(json_extract(line, '$.violation_reason')), ?) > 0 OR instr(line, '\u0000') > 0)`, word);
  }
  if (query.after !== null) add(query.order === 'asc' ? 'idx > ?' : 'idx < ?', query.after);
  return { sql: `SELECT idx, line FROM audit_leaves WHERE ${conditions.join(' AND ')} ORDER BY idx ${query.order}`, values };
}
