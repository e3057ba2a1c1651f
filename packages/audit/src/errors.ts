/** Every code a `TrailError` can carry. */
export type TrailErrorCode =
  | 'ACCESS'
  | 'CHECKPOINT'
  | 'CLOSED'
  | 'ENTRY_INVALID'
  | 'ENTRY_TOO_LARGE'
  | 'ERASURE'
  | 'FORMAT'
  | 'IMMUTABLE'
  | 'IO'
  | 'KEY'
  | 'MISSING'
  | 'NO_SPACE'
  | 'NOT_A_FILE'
  | 'NOT_A_TRAIL'
  | 'OPTIONS'
  | 'PARENT'
  | 'QUERY'
  | 'READ_ONLY'
  | 'REMOVED'
  | 'REPLACED'
  | 'ROTATION'
  | 'STORE'
  | 'TRUNCATED'
  | 'WITNESS';

/** The one error this package throws; `path` names the file it is about. */
export class TrailError extends Error {
  readonly code: TrailErrorCode;
  readonly path: string;

  constructor(code: TrailErrorCode, path: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'TrailError';
    this.code = code;
    this.path = path;
  }
}

/** The `code` of a Node system error, or '' for anything else. */
export function systemCode(error: unknown): string {
  // Not instanceof: the error may come from another realm, a vm context for one.
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

interface Explanation {
  readonly code: TrailErrorCode;
  readonly text: string;
}

function explain(code: string): Explanation {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return { code: 'NO_SPACE', text: 'the disk or quota is full: free space, then repeat' };
    case 'EROFS':
      return { code: 'READ_ONLY', text: 'the file system is read-only: choose a path on a writable one' };
    case 'EACCES':
    case 'EPERM':
      return { code: 'ACCESS', text: 'permission was denied: let this user write the file and its folder' };
    case 'EISDIR':
      return { code: 'NOT_A_FILE', text: 'it is a directory: give the path of a file' };
    case 'ELOOP':
      return { code: 'NOT_A_FILE', text: 'it is a symbolic link: give the path of the file itself' };
    case 'ENOTDIR':
    case 'EEXIST':
      return { code: 'PARENT', text: 'a part of its folder path is not a directory: choose another folder' };
    case 'ENOENT':
      return { code: 'MISSING', text: 'it does not exist: check the path' };
    default:
      return { code: 'IO', text: `the system answered ${code === '' ? 'with an error' : code}: check the disk` };
  }
}

/** Turns what the file system threw into a `TrailError` that says what to do. */
export function fileError(error: unknown, path: string, refused: string): TrailError {
  if (error instanceof TrailError) return error;
  const { code, text } = explain(systemCode(error));
  return new TrailError(code, path, `${refused} ${path}: ${text}`, { cause: error });
}
