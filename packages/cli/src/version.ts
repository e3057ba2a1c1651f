import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** The version of this command. */
export function ownVersion(): string {
  return versionIn(join(here, '..')) ?? 'unknown';
}

/** The version of a package as Node finds it from here; `undefined` when it is not installed. */
export function versionOf(packageName: string): string | undefined {
  for (let folder = here; ; folder = dirname(folder)) {
    const version = versionIn(join(folder, 'node_modules', packageName));
    if (version !== undefined || folder === dirname(folder)) return version;
  }
}

function versionIn(folder: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : undefined;
  } catch {
    // Not installed here: the caller looks elsewhere.
    return undefined;
  }
}
