import { systemCode, TrailError } from '../../errors.js';

/** SQLSTATEs that the functions of the schema raise themselves. */
export const DUPLICATE = 'EC001';
export const NOT_A_TOMBSTONE = 'EC002';

function advice(code: string): string {
  switch (code) {
    case DUPLICATE:
      return 'expected new entries, got one that is there already: append each once';
    case '42501':
      return 'permission was denied: grant what postgresGrants says to this role';
    case '25006':
      return 'the server is read-only: connect to the primary';
    case '28P01':
    case '28000':
      return 'the login was refused: check user and password';
    case '3F000':
    case '42P01':
    case '42883':
      return 'the schema is not there: open the store once as its owner';
    case '53100':
      return 'its disk is full: free space, then repeat';
    case '57014':
      return 'it took longer than statementTimeoutMs: find out what holds the lock';
    case '':
    case 'EPIPE':
    case 'ECONNRESET':
    case '57P01':
      return 'the connection failed: see whether the server runs, and look at cause';
    default:
      return `it answered ${code}: look at cause`;
  }
}

function severityOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'severity' in error ? error.severity : undefined;
}

/** Whether the statement failed but its connection goes on. */
export function isRefusal(error: unknown): boolean {
  return severityOf(error) === 'ERROR';
}

/** Whether the same transaction may well succeed when tried again: serialization failure, deadlock. Nothing of it was done. */
export function isTransient(error: unknown): boolean {
  const code = systemCode(error);
  return code === '40001' || code === '40P01';
}

/** What the database or its driver threw, as a `TrailError`; its text may quote values, so it stays in `cause`. */
export function postgresFault(error: unknown, location: string, refused: string): TrailError {
  if (error instanceof TrailError) return error;
  const code = systemCode(error);
  if (code === NOT_A_TOMBSTONE) {
    return new TrailError('ERASURE', location, `${refused} ${location}: expected tombstones of the entries there, got another line: nothing was erased`, { cause: error });
  }
  return new TrailError('STORE', location, `${refused} ${location}: ${advice(code)}`, { cause: error });
}
