import { closeSync, constants, existsSync, fstatSync, ftruncateSync, lstatSync, openSync, readlinkSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pathSpellingFault } from './path/path-spelling.js';
import { isInside, resolvePath } from './path/resolve-path.js';

/** A path leads out of the directory that it must stay in, or was changed while it was opened. */
export class PathEscapeError extends Error {
  readonly code = 'PATH_ESCAPE';
  override readonly name = 'PathEscapeError';
}

const flagWords = {
  r: constants.O_RDONLY,
  'r+': constants.O_RDWR,
  w: constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC,
  'w+': constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
  wx: constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
  a: constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND,
  'a+': constants.O_RDWR | constants.O_CREAT | constants.O_APPEND,
} as const;

/** How a file is opened, in the words of `fs.open`. */
export type OpenInsideFlags = keyof typeof flagWords;

/**
 * Opens a file below a directory and gives its descriptor, which the caller closes. No link can be swapped in between: on Linux every directory
 * on the way is opened from the one before it and never through a link (as openat(2) with O_NOFOLLOW); elsewhere the opened file is compared with
 * what the path leads to, and nothing is created.
 *
 * @param path - absolute or relative to `root`
 * @param mode - permissions of a file that is created. Default 0o600
 * @throws PathEscapeError when the path leads out of the directory; the system's error when the file cannot be opened
 */
export function openInside(root: string, path: string, flags: OpenInsideFlags = 'r', mode = 0o600): number {
  const spelling = pathSpellingFault(path, 4096);
  if (spelling !== undefined) throw new PathEscapeError(`path cannot be opened: ${spelling.reason}`);
  const realRoot = realpathSync.native(root);
  const found = resolvePath(realRoot, path, { root: realRoot, followSymlinks: true });
  if ('reason' in found) throw new PathEscapeError(`path cannot be opened: ${found.reason}`);
  if (!isInside(realRoot, found.path)) throw new PathEscapeError('path leads out of its root');
  const wanted = flagWords[flags];
  // Emptying waits until it is known what was opened.
  const fd = hasProc() ? openFrom(realRoot, found.path, wanted & ~constants.O_TRUNC, mode) : openNoFollow(found.path, wanted & ~constants.O_TRUNC & ~constants.O_CREAT, mode);
  try {
    verify(fd, realRoot, found.path);
    if ((wanted & constants.O_TRUNC) !== 0) ftruncateSync(fd);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function hasProc(): boolean {
  return process.platform === 'linux' && existsSync('/proc/self/fd');
}

function openFrom(root: string, path: string, flags: number, mode: number): number {
  const segments = relative(root, path).split(sep);
  const last = segments.pop() ?? '';
  let directory = openSync(root, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    for (const segment of segments) {
      const next = openNoFollow(join(`/proc/self/fd/${directory}`, segment), constants.O_RDONLY | constants.O_DIRECTORY, 0);
      closeSync(directory);
      directory = next;
    }
    return openNoFollow(`/proc/self/fd/${directory}/${last === '' ? '.' : last}`, flags, mode);
  } finally {
    closeSync(directory);
  }
}

function openNoFollow(path: string, flags: number, mode: number): number {
  try {
    // Without O_NONBLOCK a pipe would wait for its other end.
    return openSync(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, mode);
  } catch (cause) {
    if (isLinkError(cause)) throw new PathEscapeError('path was changed while it was opened', { cause });
    throw cause;
  }
}

function isLinkError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && (error.code === 'ELOOP' || error.code === 'ENOTDIR' || error.code === 'EMLINK');
}

/** INVARIANT: what was opened lies in the root at the time of the look. */
function verify(fd: number, root: string, path: string): void {
  if (hasProc()) {
    if (!isInside(root, readlinkSync(`/proc/self/fd/${fd}`))) throw new PathEscapeError('path leads out of its root');
    return;
  }
  const opened = fstatSync(fd);
  const real = realpathSync.native(path);
  const there = lstatSync(real);
  if (!isInside(root, real) || opened.ino !== there.ino || opened.dev !== there.dev) throw new PathEscapeError('path was changed while it was opened');
}
