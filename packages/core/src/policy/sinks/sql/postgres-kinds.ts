import type { StatementKind } from './sql-usage.js';

/** Statement nodes of PostgreSQL's grammar; every other one is `other`. */
const kinds: Readonly<Record<string, StatementKind>> = {
  SelectStmt: 'select',
  InsertStmt: 'insert',
  UpdateStmt: 'update',
  DeleteStmt: 'delete',
  MergeStmt: 'merge',
  TruncateStmt: 'truncate',
  CreateStmt: 'create',
  CreateTableAsStmt: 'create',
  CreateSeqStmt: 'create',
  IndexStmt: 'create',
  ViewStmt: 'create',
  DropStmt: 'drop',
  AlterTableStmt: 'alter',
  AlterSeqStmt: 'alter',
  RenameStmt: 'alter',
  GrantStmt: 'grant',
  CopyStmt: 'copy',
  CallStmt: 'call',
  DoStmt: 'do',
  ExplainStmt: 'explain',
  VariableShowStmt: 'show',
  VariableSetStmt: 'set',
  TransactionStmt: 'transaction',
  LockStmt: 'lock',
  PrepareStmt: 'prepare',
  DeallocateStmt: 'prepare',
  ExecuteStmt: 'execute',
  DeclareCursorStmt: 'cursor',
  FetchStmt: 'cursor',
  ClosePortalStmt: 'cursor',
  ListenStmt: 'notify',
  UnlistenStmt: 'notify',
  NotifyStmt: 'notify',
  VacuumStmt: 'vacuum',
};

/** The kind of a node that is a statement; nothing for other nodes. */
export function postgresKind(type: string): StatementKind | undefined {
  if (!type.endsWith('Stmt') || type === 'RawStmt') return undefined;
  return Object.hasOwn(kinds, type) ? kinds[type] : 'other';
}
