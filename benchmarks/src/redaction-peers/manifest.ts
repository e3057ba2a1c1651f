import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The package.json of an installed package, whether or not its `exports` show it. */
export function readManifest(require: NodeJS.Require, name: string): { readonly version: string } {
  for (const folder of require.resolve.paths(name) ?? []) {
    const text = readIfThere(join(folder, name, 'package.json'));
    if (text === undefined) continue;
    const manifest: unknown = JSON.parse(text);
    if (typeof manifest === 'object' && manifest !== null && 'version' in manifest && typeof manifest.version === 'string') return { version: manifest.version };
  }
  throw new Error(`${name} is not installed: run npm install`);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // the next folder may hold it
  }
}
