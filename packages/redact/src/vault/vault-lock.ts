import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { RedactError } from '../errors.js';
import { systemCode } from './vault-error.js';

interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When the process started, so that a later one with its number is not taken for it; empty where nobody tells. */
  readonly start: string;
  /** Names one taking of the lock. */
  readonly id: string;
}

// A claim can be left by a dead process as a lock can, and so on; nobody dies this often.
const deepestClaim = 8;

/** Lets one process at a time write to a vault. A dead one's lock is taken over, a living one's never. */
export class VaultLock {
  readonly #path: string;
  readonly #own: Holder = { host: hostname(), pid: process.pid, start: startOf(process.pid), id: randomBytes(9).toString('base64url') };

  constructor(vaultPath: string) {
    this.#path = `${vaultPath}.lock`;
    if (!this.#seize(this.#path, 0)) throw this.#refusal(read(this.#path));
  }

  release(): void {
    if (read(this.#path)?.id === this.#own.id) unlinkSync(this.#path);
  }

  /**
   * A stale lock is replaced by whoever creates the claim named after it, and only while it is still that lock: without
   * the claim two processes could both find it stale, and the slower one would remove the lock of the faster.
   */
  #seize(path: string, depth: number): boolean {
    if (this.#create(path)) return true;
    const holder = read(path);
    if (holder === undefined || depth >= deepestClaim || isAlive(holder, this.#own)) return false;
    const claim = `${path}.${holder.id}`;
    if (!this.#seize(claim, depth + 1)) return false;
    if (read(path)?.id === holder.id) {
      renameSync(claim, path);
      return true;
    }
    unlinkSync(claim);
    return false;
  }

  /** The lock appears with its content or not at all: half of one could not be judged by anybody. */
  #create(path: string): boolean {
    const content = JSON.stringify(this.#own);
    const draft = `${path}.${this.#own.id}.tmp`;
    writeFileSync(draft, content, { flag: 'wx', mode: 0o600 });
    try {
      return this.#publish(draft, path, content);
    } finally {
      unlinkSync(draft);
    }
  }

  #publish(draft: string, path: string, content: string): boolean {
    try {
      linkSync(draft, path);
      return true;
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false;
    }
    // Safe to go on: this file system has no hard links, and an exclusive creation is the next best.
    try {
      writeFileSync(path, content, { flag: 'wx', mode: 0o600 });
      return true;
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false;
      throw error;
    }
  }

  #refusal(holder: Holder | undefined): RedactError {
    const who = holder === undefined ? 'a process that left no name' : `process ${holder.pid} on ${JSON.stringify(holder.host)}`;
    return new RedactError('VAULT', `the vault is in use by ${who}: close it there, or remove ${this.#path} if no process uses it any more`);
  }
}

function read(path: string): Holder | undefined {
  try {
    const { host, pid, start, id } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Record<keyof Holder, unknown>>; // every member is checked
    // The id becomes part of a file name.
    if (typeof host !== 'string' || !Number.isSafeInteger(pid) || typeof start !== 'string' || typeof id !== 'string' || !/^[\w-]{1,64}$/.test(id)) return undefined;
    return { host, pid: pid as number, start, id };
  } catch {
    return undefined; // gone or not a lock of ours: nobody is judged dead for it
  }
}

/** In doubt a process is alive. */
function isAlive(holder: Holder, own: Holder): boolean {
  if (holder.host !== own.host) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to another user.
    if (systemCode(error) === 'ESRCH') return false;
  }
  const start = startOf(holder.pid);
  return start === '' || holder.start === '' || start === holder.start;
}

/** Field 22 of the stat line, behind the name, which may itself hold spaces and brackets, and the boot it is counted from. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? '' : `${ticks}-${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8)}`;
  } catch {
    return ''; // no /proc here, or no such process: the number alone decides
  }
}
