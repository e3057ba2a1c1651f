import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemCode } from '../errors.js';

/** Who owns a journal: enough to tell a dead process from a live one, and from a later one with the same pid. */
export interface ProcessIdentity {
  /** Eight hex digits of the host name's hash: processes of other hosts are never judged. */
  readonly host: string;
  readonly pid: number;
  /** Start time and boot, where the system tells; '0' elsewhere. */
  readonly start: string;
}

function bootMark(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
}

/** When a process started: field 22 of its stat line, behind the name, which may itself hold spaces and brackets. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? '0' : `${ticks}-${bootMark()}`;
  } catch {
    // No /proc here, or no such process: then the pid alone decides.
    return '0';
  }
}

export function ownIdentity(): ProcessIdentity {
  const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
  return { host, pid: process.pid, start: startOf(process.pid) };
}

/** Whether the process is alive, as far as this host can tell; in doubt it is. */
export function isAlive(identity: ProcessIdentity, own: ProcessIdentity): boolean {
  if (identity.host !== own.host) return true;
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to another user.
    if (systemCode(error) === 'ESRCH') return false;
  }
  const start = startOf(identity.pid);
  return start === '0' || identity.start === '0' || start === identity.start;
}
