import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOutside } from '../../call.js';
import { SandboxError } from '../sandbox-errors.js';
import { asSandboxError } from './checked-spec.js';
import type { StartedProcess } from './process-child.js';
import { start } from './spawn.js';

/** What a process behind walls found when it tried them; `done` where it got through, otherwise the error's code. */
export interface Sight {
  readonly uid: number;
  readonly read: string;
  readonly write: string;
  readonly spawn: string;
  readonly thread: string;
  readonly allocate: string;
  readonly connect: string;
  /** Bytes of private writable memory that Node sets aside before it runs anything; `undefined` where the system does not tell. */
  readonly idleBytes: number | undefined;
  /** Whether it has rights that other users have not. */
  readonly hasRights: boolean;
  /** Whether its numbers of processes are its own, so that it can name no other: its parent was not to be found. */
  readonly isAlone: boolean;
  readonly maxDataBytes: number | undefined;
  readonly maxCpuSeconds: number | undefined;
}

/** More than a process in a probe may have, and less than an array can. */
const triedBytes = 3 * 1024 ** 3;
export const probeDataBytes = 2 * 1024 ** 3;
const maxReportChars = 64 * 1024;
const patienceMs = 20_000;

export interface LookOptions {
  /** Further pipes from file descriptor 3 on. */
  readonly pipes?: number;
  readonly onStart?: (started: StartedProcess) => void;
}

/**
 * Starts the probe by a command and reads what it saw. `command` gets the probe's argument.
 *
 * @throws SandboxError with the first line that the command wrote, when it did not come that far.
 */
export async function lookAround(command: (argument: string) => readonly string[], options: LookOptions = {}): Promise<Sight> {
  try {
    return await looked(command, options);
  } catch (error) {
    throw asSandboxError(error);
  }
}

async function looked(command: (argument: string) => readonly string[], options: LookOptions): Promise<Sight> {
  const folder = await mkdtemp(join(tmpdir(), 'enforcecore-probe-'));
  const server = createServer((socket) => socket.destroy());
  const outside = join(folder, 'written');
  try {
    await writeFile(join(folder, 'secret'), 'probe');
    const port = await new Promise<number>((resolve, reject) => {
      server.once('error', reject);
      // Asked for by number, so it has an address and a port.
      runOutside(() => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
    });
    const text = await reportOf(command(JSON.stringify({ secret: join(folder, 'secret'), outside, port, bytes: triedBytes, parent: process.pid })), options);
    return sightOf(text, existsSync(outside));
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function reportOf(command: readonly string[], { pipes = 0, onStart }: LookOptions): Promise<string> {
  const started = await start(command, { cwd: '/', env: {}, pipes });
  onStart?.(started);
  let report = '';
  let errors = '';
  started.stdout.setEncoding('utf8').on('data', (part: string) => (report = (report + part).slice(0, maxReportChars)));
  started.stderr.setEncoding('utf8').on('data', (part: string) => (errors = (errors + part).slice(0, maxReportChars)));
  const tooLong = setTimeout(() => started.kill('SIGKILL'), patienceMs);
  const code = await new Promise<number | null>((resolve) => started.once('close', resolve));
  clearTimeout(tooLong);
  if (code === 0 && report !== '') return report;
  throw new SandboxError(errors.split('\n').find((line) => line.trim() !== '')?.trim().slice(0, 300) ?? `the probe ended with exit code ${String(code)}`);
}

function sightOf(text: string, isWritten: boolean): Sight {
  const seen = JSON.parse(text) as Readonly<Record<string, unknown>>; // written by our own probe
  const word = (key: string): string => String(seen[key]);
  const status = word('status');
  const limits = word('limits');
  const kilobytes = /^VmData:\s+(\d+) kB/m.exec(status)?.[1];
  return {
    uid: Number(seen['uid']),
    read: word('read'),
    write: isWritten ? 'done' : word('write'),
    spawn: word('spawn'),
    thread: word('thread'),
    allocate: word('allocate'),
    connect: word('connect'),
    idleBytes: kilobytes === undefined ? undefined : Number(kilobytes) * 1024,
    hasRights: !/^CapPrm:\s+0+$/m.test(status),
    isAlone: spacesOf(status) > spacesOf(ownStatus()) && (word('signal') === 'ESRCH' || process.pid === 1),
    maxDataBytes: hardLimit(limits, 'Max data size'),
    maxCpuSeconds: hardLimit(limits, 'Max cpu time'),
  };
}

/** In how many PID namespaces a process has a number, as far as the system tells. */
function spacesOf(status: string): number {
  return /^NSpid:\s+(.+)$/m.exec(status)?.[1]?.trim().split(/\s+/).length ?? 0;
}

function ownStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'latin1');
  } catch {
    return ''; // not Linux
  }
}

/** The second number of a line of `/proc/self/limits`. */
function hardLimit(limits: string, name: string): number | undefined {
  const line = limits.split('\n').find((one) => one.startsWith(name));
  const number = /\s(\d+)\s+(\d+)\s/.exec(line?.slice(name.length) ?? '')?.[2];
  return number === undefined ? undefined : Number(number);
}
