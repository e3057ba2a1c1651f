/** One statement as this package sends it; rows come as arrays. */
export interface PgStatement {
  readonly text: string;
  readonly values?: unknown[];
  /** Prepared under this name, once in each connection. */
  readonly name?: string;
  readonly rowMode: 'array';
  /** Milliseconds after which the client stops to wait. */
  readonly query_timeout?: number;
}

/** What a statement gave. */
export interface PgAnswer {
  readonly rows: unknown[][];
}

/** The part of `pg.PoolClient` that is used here. */
export interface PgClient {
  readonly host: string;
  readonly port: number;
  readonly database?: string | undefined;
  query(statement: PgStatement): Promise<PgAnswer>;
  release(destroy?: boolean): void;
  on(event: 'error' | 'end', listener: () => void): unknown;
}

/** The part of `pg.Pool` that is used here, so that a pool may be handed in without its types. */
export interface PgPool {
  readonly options: { readonly max?: number | undefined };
  connect(): Promise<PgClient>;
  query(statement: PgStatement): Promise<PgAnswer>;
  end(): Promise<void>;
}

/** A text column. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A number that was asked for as text: beyond 2^53 no log goes. */
export function asNumber(value: unknown): number {
  return Number(value);
}
