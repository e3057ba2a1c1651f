import { readdirSync, readFileSync } from 'node:fs';

/** O_CLOEXEC, as Linux writes it in `fdinfo`. */
const closesOnExec = 0o2_000_000;

let found: readonly number[] | undefined;

/**
 * Open files that this process was started with and would hand on to every program that it starts: what Node opens itself
 * stays behind. Looked up once, since nothing but native code adds to them. None are known of on other systems than Linux.
 */
export function inheritedFds(): readonly number[] {
  found ??= process.platform === 'linux' ? lookedUp() : [];
  return found;
}

function lookedUp(): readonly number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number).filter((fd) => fd > 2 && staysOpen(fd));
  } catch {
    // Without /proc nobody can tell; the walls are those of the files that were handed to this process itself.
    return [];
  }
}

function staysOpen(fd: number): boolean {
  try {
    const flags = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${String(fd)}`, 'latin1'))?.[1] ?? '';
    return (Number.parseInt(flags, 8) & closesOnExec) === 0;
  } catch {
    return false; // it was closed in between, as the one is that listed them
  }
}
