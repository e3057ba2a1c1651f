import { constants } from 'node:os';
import type { ChildEnd } from '../launcher.js';

export interface RawEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Why the parent ended it, if it did. */
  readonly ended: Pick<ChildEnd, 'reason' | 'detail'> | undefined;
  readonly isUp: boolean;
  readonly lastErrors: string;
  readonly maxMemoryMb: number | undefined;
  readonly maxCpuMs: number | undefined;
  /** The most processor time that it can have had: how long it lived, on every processor at once. */
  readonly mostCpuMs: number;
}

/** Names how a process ended, from what the system says; its own words only tell one failure from another. */
export function howItEnded(raw: RawEnd): ChildEnd {
  const signal = raw.signal ?? signalOf(raw.exitCode);
  const known = { exitCode: raw.exitCode, signal };
  if (raw.ended !== undefined) return { ...raw.ended, ...known };
  if (!raw.isUp) return { reason: 'start', detail: `it did not start: ${firstLine(raw.lastErrors) || how(known)}`, ...known };
  // A tool can send itself the same signal; it cannot have had more time than there was.
  if (raw.maxCpuMs !== undefined && raw.mostCpuMs >= raw.maxCpuMs && (signal === 'SIGXCPU' || signal === 'SIGKILL')) {
    return { reason: 'cpu', detail: `the system ended it at its limit of processor time`, ...known };
  }
  if (raw.maxMemoryMb !== undefined && isOutOfMemory(signal, raw.lastErrors)) {
    return { reason: 'memory', detail: `it aborted for lack of memory, with ${String(raw.maxMemoryMb)} MiB allowed`, ...known };
  }
  return { reason: signal === 'SIGKILL' ? 'killed' : 'exit', detail: how(known), ...known };
}

/** V8 aborts, by one signal or another, and says why. A tool that says the same and aborts is as dead. */
function isOutOfMemory(signal: string | null, lastErrors: string): boolean {
  if (signal !== 'SIGABRT' && signal !== 'SIGTRAP' && signal !== 'SIGILL' && signal !== 'SIGSEGV') return false;
  return /out of memory|allocation failed|heap limit|bad_alloc/i.test(lastErrors);
}

/** Shells and bubblewrap give the signal of what they ran as a number above 128. */
function signalOf(exitCode: number | null): string | null {
  if (exitCode === null || exitCode <= 128) return null;
  return Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)?.[0] ?? null;
}

function how({ exitCode, signal }: { readonly exitCode: number | null; readonly signal: string | null }): string {
  if (signal !== null) return `it ended by ${signal}`;
  return exitCode === null ? 'it could not be started' : `it ended with exit code ${String(exitCode)}`;
}

/** Written before any code of a tool ran. */
function firstLine(text: string): string {
  const line = text.split('\n').find((one) => one.trim() !== '') ?? '';
  return line.replaceAll(/[^\x20-\x7e]/g, ' ').trim().slice(0, 300);
}
