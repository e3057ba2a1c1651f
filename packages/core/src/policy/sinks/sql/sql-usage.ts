/** What a policy calls the kinds of statements; see {@link SqlSinkOptions.statements}. */
export const statementKinds = [
  'select',
  'insert',
  'update',
  'delete',
  'merge',
  'truncate',
  'create',
  'drop',
  'alter',
  'grant',
  'copy',
  'copy_file',
  'copy_program',
  'call',
  'do',
  'explain',
  'show',
  'set',
  'transaction',
  'lock',
  'prepare',
  'execute',
  'cursor',
  'notify',
  'vacuum',
  'use',
  'other',
] as const;

export type StatementKind = (typeof statementKinds)[number];

/** A name with its qualifiers, outermost first; parts are as the dialect folds them. */
export interface SqlName {
  readonly parts: readonly string[];
  /** Where the name stands, as {@link SqlUsage.offsetOf} reads it, where the parser tells. */
  readonly location?: number | undefined;
  /** True for a function that stands for a piece of grammar, such as EXTRACT(... FROM ...). */
  readonly syntax?: boolean | undefined;
}

/** Everything that a text of SQL does or names, nested parts included. */
export interface SqlUsage {
  readonly statementCount: number;
  readonly kinds: ReadonlySet<StatementKind>;
  readonly tables: readonly SqlName[];
  readonly functions: readonly SqlName[];
  /** The UTF-16 offset of a name's location. */
  readonly offsetOf: (location: number) => number;
}

/** A text that the parser does not take, or that is not safe to hand to it. */
export class SqlSyntaxFault extends Error {
  override readonly name = 'SqlSyntaxFault';
  readonly offset: number | undefined;

  constructor(message: string, offset?: number) {
    super(message);
    this.offset = offset;
  }
}

/** A parser of one dialect. `read` throws {@link SqlSyntaxFault} for what is refused before any rule is asked. */
export interface SqlReader {
  readonly ready: Promise<void> | undefined;
  read(text: string): SqlUsage;
}

/** An optional package that a policy needs is not installed. */
export class MissingParserError extends Error {
  override readonly name = 'MissingParserError';

  constructor(packageName: string, cause?: unknown) {
    super(`sink: sql needs the package "${packageName}": npm install ${packageName}`, { cause });
  }
}
