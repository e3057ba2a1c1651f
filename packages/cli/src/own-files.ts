import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** The real paths of files that a command reads or writes for itself, so that no folder offers them as input. */
export async function realPaths(paths: readonly (string | undefined)[]): Promise<ReadonlySet<string>> {
  const found = await Promise.all(paths.filter((path) => path !== undefined).map(realOf));
  return new Set(found);
}

/** The real path also of what is not there yet. */
export async function realOf(path: string): Promise<string> {
  const whole = resolve(path);
  try {
    return await realpath(whole);
  } catch {
    // Not there, or not to be seen: then nothing below it is there either.
    return dirname(whole) === whole ? whole : join(await realOf(dirname(whole)), basename(whole));
  }
}

/** What a file is whatever it is called; undefined where there is none. */
export async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${String(dev)}:${String(ino)}`;
  } catch {
    // Nothing is there, or reading it will say why not.
    return undefined;
  }
}
