import { readFileSync } from 'node:fs';

/** What a process has used so far. */
export interface Vitals {
  readonly cpuMs: number;
  readonly residentBytes: number;
}

/** Linux counts processor time for people in hundredths of a second, whatever its own clock. */
const msPerTick = 10;

/** `undefined` where it is gone, or where the system does not tell. */
export function vitalsOf(pid: number): Vitals | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    // The name in brackets may hold anything, brackets too; numbers start behind the last one, with field 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [user = 0, system = 0, pages = 0] = [fields[11], fields[12], fields[21]].map(Number);
    if (fields[0] === 'Z') return undefined;
    return { cpuMs: (user + system) * msPerTick, residentBytes: pages * 4096 };
  } catch {
    return undefined;
  }
}
