/** Why a command could not do its work: it was asked wrongly, given what it cannot use, or nobody reads its output. */
export type CliErrorCode = 'USAGE' | 'INPUT' | 'OUTPUT_CLOSED';

/** An error whose message is all that a person needs; it ends the command without a stack trace. */
export class CliError extends Error {
  override name = 'CliError';
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission was denied',
  EPERM: 'permission was denied',
  EISDIR: 'it is a folder, expected a file',
  ELOOP: 'the symbolic links go in a circle',
  ENAMETOOLONG: 'the path is too long',
};

/** What the file system answered, in words. */
export function systemReason(error: unknown): string {
  const code = systemCode(error);
  return Object.hasOwn(reasons, code) ? (reasons[code] ?? code) : `the system answered ${code === '' ? 'an unknown error' : code}`;
}

/** The code of an error of Node, such as `ENOENT`, or '' for anything else. */
export function systemCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

export function unreadable(path: string, error: unknown): CliError {
  return new CliError('INPUT', `cannot read ${path}: ${systemReason(error)}`, { cause: error });
}
