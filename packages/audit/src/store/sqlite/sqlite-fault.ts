import { systemCode, TrailError, type TrailErrorCode } from '../../errors.js';

/** The primary result code of SQLite, https://www.sqlite.org/rescode.html; 0 for an error that is not SQLite's. */
export function resultCode(error: unknown): number {
  if (systemCode(error) !== 'ERR_SQLITE_ERROR' || typeof error !== 'object' || error === null) return 0;
  return 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : 0;
}

interface Explanation {
  readonly code: TrailErrorCode;
  readonly text: string;
}

function explain(error: unknown): Explanation {
  switch (resultCode(error)) {
    case 3:
    case 14:
    case 23:
      return { code: 'ACCESS', text: 'permission was denied: let this user write the file and its folder' };
    case 5:
    case 6:
      return { code: 'STORE', text: 'another process kept it locked: repeat, or raise busyTimeoutMs' };
    case 8:
      return { code: 'READ_ONLY', text: 'it may only be read: choose a file and folder that can be written' };
    case 10:
      return { code: 'IO', text: 'the system failed to read or write it: check the disk' };
    case 11:
      return { code: 'STORE', text: 'the file is damaged: restore it, or move what can be read to another store' };
    case 13:
      return { code: 'NO_SPACE', text: 'the disk or quota is full: free space, then repeat' };
    case 19:
      return { code: 'STORE', text: 'a rule of the log refused it, or an entry that is there already: append each entry once' };
    case 26:
      return { code: 'NOT_A_TRAIL', text: 'it is no SQLite database: choose another path' };
    default:
      return { code: 'STORE', text: 'the database refused: look at the cause' };
  }
}

/** Turns what SQLite threw into a `TrailError` that says what to do. */
export function sqliteFault(error: unknown, location: string, refused: string): TrailError {
  if (error instanceof TrailError) return error;
  const { code, text } = explain(error);
  return new TrailError(code, location, `${refused} ${location}: ${text}`, { cause: error });
}
