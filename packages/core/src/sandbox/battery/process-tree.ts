import { readdirSync, readFileSync } from 'node:fs';

/** What Linux tells of a running process. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly isZombie: boolean;
  readonly isStopped: boolean;
  readonly residentBytes: number;
  /** Words of the command line, with spaces between. */
  readonly command: string;
}

const pageBytes = 4096;

/** Every process that can be seen; empty where there is no `/proc`. */
export function processes(): readonly ProcessFacts[] {
  return listed('/proc').flatMap((name) => (/^\d+$/.test(name) ? (factsOf(name) ?? []) : []));
}

/** A process and all that descend from it, as long as their parents live. */
export function treeOf(root: number, all: readonly ProcessFacts[]): readonly ProcessFacts[] {
  const inside = new Set([root]);
  // Parents may have higher numbers than their children, so it is looked through until nothing is added.
  for (let before = 0; before < inside.size; ) {
    before = inside.size;
    for (const { pid, parent } of all) if (inside.has(parent)) inside.add(pid);
  }
  return all.filter(({ pid }) => inside.has(pid));
}

/** Whether a thread of a process has something to do, whether or not a processor is free for it. */
export function isRunning(pid: number): boolean {
  return listed(`/proc/${String(pid)}/task`).some((thread) => {
    const stat = textOf(`/proc/${String(pid)}/task/${thread}/stat`);
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('R');
  });
}

/** Limits that no honest program of the battery touches; Node itself raises the number of open files. */
const watchedLimits = /^Max (?:cpu time|file size|data size|address space|processes) +(\S+)/gm;

/** Remembers the soft limits of processes, to notice one that is raised. */
export class LimitsSeen {
  readonly #lowest = new Map<string, number>();

  /** Whether a limit of one of them is higher than it was. */
  lookAt(tree: readonly ProcessFacts[]): boolean {
    let wasRaised = false;
    for (const { pid } of tree) {
      const limits = [...textOf(`/proc/${String(pid)}/limits`).matchAll(watchedLimits)];
      for (const [index, [, word]] of limits.entries()) {
        const limit = word === 'unlimited' ? Infinity : Number(word);
        const key = `${String(pid)} ${String(index)}`;
        const before = this.#lowest.get(key) ?? Infinity;
        if (limit > before) wasRaised = true;
        this.#lowest.set(key, Math.min(before, limit));
      }
    }
    return wasRaised;
  }
}

function factsOf(name: string): ProcessFacts | undefined {
  const stat = textOf(`/proc/${name}/stat`);
  // The program's own name stands in brackets and may hold anything, brackets too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const at = (index: number): number => Number(fields[index]);
  if (fields.length < 22) return undefined;
  return {
    pid: Number(name),
    parent: at(1),
    group: at(2),
    isZombie: fields[0] === 'Z',
    isStopped: fields[0] === 'T',
    residentBytes: at(21) * pageBytes,
    command: textOf(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim(),
  };
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // No such thing on this system.
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It has just ended.
    return '';
  }
}
