import { readFileSync, readlinkSync } from 'node:fs';
import { lstat, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Kind = 'sandbox' | 'door';

const named = /^enforcecore-(?:sandbox|door)-(\d+)-(\d+)-(\d+)-\w+$/;

/** A new folder whose name says which process it belongs to, so that others can tell when that one is gone. */
export async function ownFolder(kind: Kind): Promise<string> {
  const owner = `${String(process.pid)}-${startOf(process.pid) ?? '0'}-${pidSpace()}`;
  return realpath(await mkdtemp(join(tmpdir(), `enforcecore-${kind}-${owner}-`)));
}

/** Removes the folders of processes that were killed before they could do so themselves: this user's, of this PID namespace. */
export async function sweepFolders(): Promise<void> {
  const space = pidSpace();
  if (space === '0') return; // no telling who lives
  const names = await readdir(tmpdir()).catch(() => []);
  const left = names.filter((name) => {
    const [, pid, start, where] = named.exec(name) ?? [];
    return pid !== undefined && where === space && startOf(Number(pid)) !== start;
  });
  await Promise.all(left.map((name) => removeOwn(join(tmpdir(), name))));
}

async function removeOwn(path: string): Promise<void> {
  try {
    const facts = await lstat(path);
    if (facts.isDirectory() && facts.uid === process.getuid?.()) await rm(path, { recursive: true, force: true });
  } catch {
    // Somebody else was faster, or it cannot be removed: it is no reason not to start.
  }
}

/** In the system's own measure, since it started; with it, a number of a process is one process's for good. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function pidSpace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0'; // not Linux
  }
}
