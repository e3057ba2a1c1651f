import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's own folder: two levels above `dist/sandbox/process`, and above the same place in the sources. */
export const packageFolder = realpathSync(fileURLToPath(new URL('../../..', import.meta.url)));

/** Files that run in a child. They are the built ones, even where this runs from sources. */
export const childFile = (name: string): string => join(packageFolder, 'child', name);

/** What the child's own code is read from: this package, the packages that it uses, and where they are installed. */
export function ownCode(): readonly string[] {
  const require = createRequire(import.meta.url);
  const linked = ['@enforcecore/audit', '@enforcecore/redact'].map((name) => folderOf(require, name)).filter((folder) => folder !== undefined);
  const folders = [packageFolder, ...linked];
  const installed = folders.flatMap(installedFor);
  return [...new Set([...folders, ...installed])];
}

/** Where a package really is: linked ones are not below `node_modules`. */
function folderOf(require: NodeJS.Require, name: string): string | undefined {
  const found = require.resolve.paths(name)?.map((folder) => join(folder, name)).find((folder) => existsSync(folder));
  return found === undefined ? undefined : realpathSync(found);
}

/** Every `node_modules` that code in a folder looks into. */
export function installedFor(folder: string): readonly string[] {
  const found: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    const modules = join(at, 'node_modules');
    if (existsSync(modules)) found.push(modules);
    if (dirname(at) === at) return found;
  }
}
