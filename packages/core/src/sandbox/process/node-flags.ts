import { devNull } from 'node:os';
import { sep } from 'node:path';
import { SandboxError } from '../sandbox-errors.js';

export interface FileRights {
  readonly read: readonly string[];
  readonly write: readonly string[];
}

/** How this Node turns its permissions on; `undefined` where it has none. */
export function permissionFlag(known: ReadonlySet<string> = process.allowedNodeEnvironmentFlags): string | undefined {
  return ['--permission', '--experimental-permission'].find((flag) => known.has(flag));
}

/**
 * The flags of a Node that may read and write some paths, and start nothing: no processes, threads, addons, WASI, inspector.
 *
 * @param isWalled whether the file system itself is held by something else than these flags
 */
export function nodeFlags({ read, write }: FileRights, maxMemoryMb: number | undefined, isWalled = false): readonly string[] {
  const flag = permissionFlag();
  if (flag === undefined) throw new SandboxError('this Node has no permission flags; use Node 20.19 or later');
  const readable = new Set([...read, ...write]);
  return [
    flag,
    // They are told of by the page of levels, and would stand in every output.
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
    ...Array.from(readable, (path) => `--allow-fs-read=${exact(path)}`),
    ...Array.from(new Set(write), (path) => `--allow-fs-write=${exact(path)}`),
    // What Node writes without asking its permissions: traces, and snapshots of a heap that is nearly full.
    `--trace-event-file-pattern=${devNull}`,
    `--diagnostic-dir=${devNull}`,
    // Its databases are opened without asking them either, on the lines that have it.
    ...(!isWalled && process.allowedNodeEnvironmentFlags.has('--no-experimental-sqlite') ? ['--no-experimental-sqlite'] : []),
    // From Node 25 on, permissions hold the network too, and there the pipe to the parent is part of it.
    ...(process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []),
    ...(maxMemoryMb === undefined ? [] : [`--max-old-space-size=${String(Math.max(8, Math.floor(maxMemoryMb)))}`]),
  ];
}

/** A star would open all that begins alike; a comma is two paths for Node 20. */
function exact(path: string): string {
  if (!/[*,]/.test(path)) return path.length > 1 && path.endsWith(sep) ? path.slice(0, -1) : path;
  throw new SandboxError(`Node cannot be told to open ${JSON.stringify(path)} alone, for the star or comma in it; give it another name, or name the folder above`);
}
