import { lstatSync, readlinkSync } from 'node:fs';
import { isAbsolute, join, parse, relative, sep } from 'node:path';

export interface ResolvedPath {
  /** Where the path leads, without links and `..`. */
  readonly path: string;
  readonly exists: boolean;
}

export interface ResolveOptions {
  /** Links below this directory are refused when `followSymlinks` is false. */
  readonly root: string;
  readonly followSymlinks: boolean;
}

/** The limit of Linux (path_resolution(7)). */
const maxLinks = 40;

/**
 * Where the kernel would arrive: segment by segment, `..` after links were followed (path_resolution(7)). What does not exist yet is taken as
 * written, but a `..` behind it is refused: whoever creates the missing part decides where that leads.
 */
export function resolvePath(start: string, path: string, { root, followSymlinks }: ResolveOptions): ResolvedPath | { readonly reason: string } {
  let current = isAbsolute(path) ? parse(start).root : start;
  let exists = true;
  let links = 0;
  const rest = path.split('/').reverse();
  for (let segment = rest.pop(); segment !== undefined; segment = rest.pop()) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      if (!exists) return { reason: '".." behind a part that does not exist' };
      current = join(current, '..');
      continue;
    }
    current = join(current, segment);
    if (!exists) continue;
    // Links in /proc lead where no text says.
    if (isInside('/proc', current) && !isInside('/proc', root)) return { reason: 'path leads through /proc' };
    const kind = kindOf(current);
    if (kind === 'unreadable') return { reason: 'path cannot be followed' };
    if (kind === 'missing') exists = false;
    if (kind === 'file' && rest.some((part) => part !== '' && part !== '.')) return { reason: 'path leads through a file' };
    if (kind !== 'link') continue;
    if (!followSymlinks && isInside(root, current)) return { reason: 'path leads through a symbolic link' };
    if (++links > maxLinks) return { reason: `path leads through more than ${maxLinks} symbolic links` };
    const target = readLink(current);
    if (target === undefined) return { reason: 'path cannot be followed' };
    current = isAbsolute(target) ? parse(target).root : join(current, '..');
    rest.push(...target.split(sep === '/' ? '/' : /[\\/]/).reverse());
  }
  return { path: current, exists };
}

/** Whether a path without links lies in a directory, or is it. */
export function isInside(directory: string, path: string): boolean {
  if (path === directory) return true;
  const way = relative(directory, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function kindOf(path: string): 'link' | 'directory' | 'file' | 'missing' | 'unreadable' {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return 'missing';
    return stats.isSymbolicLink() ? 'link' : stats.isDirectory() ? 'directory' : 'file';
  } catch {
    // No right to look, a name too long, a loop: what cannot be followed is refused.
    return 'unreadable';
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    // Somebody changed it since; the caller refuses.
    return undefined;
  }
}
