import { RedactError } from '../errors.js';

/** The code of a system error, empty for anything else. */
export function systemCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** What the system refused, and what to do; a `RedactError` says it already. */
export function fileError(error: unknown, path: string, what: string): RedactError {
  if (error instanceof RedactError) return error;
  const code = systemCode(error);
  return new RedactError('VAULT', `${what} ${path}: ${adviceFor(code)}${code === '' ? '' : ` (${code})`}`, { cause: error });
}

/** A file that is not what was written: nothing of it is used, nothing of it is changed. */
export function damage(path: string, at: number, what: string): RedactError {
  return new RedactError(
    'VAULT',
    `the vault ${path} is damaged at byte ${at}: ${what}; nothing was changed: restore it from a backup, or move it away to begin a new one`,
  );
}

function adviceFor(code: string): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return 'no room is left: free some and try again, nothing that was kept is lost';
    case 'EROFS':
      return 'the file system is read-only: put the vault where it can be written';
    case 'EACCES':
    case 'EPERM':
      return 'access is denied: check the owner and the mode of the file and of its directory';
    case 'ENOENT':
    case 'ENOTDIR':
      return 'its directory does not exist: create it first';
    case 'EISDIR':
      return 'it is a directory: name a file';
    default:
      return 'the system reports an error: check the disk and try again';
  }
}
