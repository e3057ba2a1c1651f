import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError, unreadable } from '../errors.js';

/** Folders of no source of anybody's own. */
const leftOut: ReadonlySet<string> = new Set(['node_modules', 'dist', 'build', 'coverage', 'out']);
const sources = /\.[cm]?[jt]sx?$/i;
const declarations = /\.d\.[cm]?ts$/i;
/** More than any project has. */
const mostFiles = 100_000;

/**
 * The TypeScript and JavaScript files among paths: a file that is named, and of a folder those below it, in the order of
 * their names. Links are not followed; folders that are built or installed, and those that begin with a dot, are left out.
 *
 * @throws CliError `INPUT` for a path that cannot be read, and for more than 100,000 files
 */
export async function sourceFiles(paths: readonly string[]): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const path of paths) {
    try {
      if ((await stat(path)).isDirectory()) await collect(path, files);
      else files.add(path);
    } catch (error) {
      throw unreadable(path, error);
    }
  }
  return [...files];
}

async function collect(top: string, files: Set<string>): Promise<void> {
  const folders = [top];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (files.size > mostFiles) throw new CliError('INPUT', `more than ${String(mostFiles)} files below ${top}; name the folders that hold your sources`);
    const entries = [];
    for await (const entry of await opendir(folder)) entries.push(entry);
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (entry.isFile() && sources.test(entry.name) && !declarations.test(entry.name)) files.add(join(folder, entry.name));
      else if (entry.isDirectory() && !entry.name.startsWith('.') && !leftOut.has(entry.name)) folders.push(join(folder, entry.name));
    }
  }
}
