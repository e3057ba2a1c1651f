import { SettingsError } from '../errors.js';

const mebibyte = 2 ** 20;

/** What one run of code may use. */
export interface CodeLimits {
  /** Milliseconds by the wall clock; 1,000 by default, at most an hour. */
  readonly timeoutMs?: number;
  /** Milliseconds of processor time; only `timeoutMs` by default. Where Node cannot tell a thread's time, the process's counts, and never more than the wall clock's. */
  readonly cpuMs?: number;
  /** All memory that the code and its interpreter have, 17 MiB of it for the interpreter; 64 MiB by default, from 18 MiB to 1 GiB. */
  readonly memoryBytes?: number;
  /** 256 KiB by default, from 16 KiB to 512 KiB. */
  readonly stackBytes?: number;
  /** Of the result as JSON text in UTF-8; 1 MiB by default. */
  readonly maxResultBytes?: number;
  /** Of everything that was logged, as JSON text in UTF-8; the rest is dropped. 64 KiB by default. */
  readonly maxLogBytes?: number;
}

export type CheckedLimits = Readonly<Required<Omit<CodeLimits, 'cpuMs'>>> & { readonly cpuMs: number | undefined };

const defaults = {
  timeoutMs: 1000,
  memoryBytes: 64 * mebibyte,
  stackBytes: 256 * 1024,
  maxResultBytes: mebibyte,
  maxLogBytes: 64 * 1024,
} as const;

const ranges = {
  timeoutMs: [1, 3_600_000],
  cpuMs: [1, 3_600_000],
  memoryBytes: [18 * mebibyte, 1024 * mebibyte],
  // Above, the interpreter's own stack in its memory overflows before it notices.
  stackBytes: [16 * 1024, 512 * 1024],
  maxResultBytes: [2, 256 * mebibyte],
  maxLogBytes: [0, 64 * mebibyte],
} as const;

/**
 * The limits with their defaults.
 *
 * @throws SettingsError for a number out of range, and for names that are none.
 */
export function checkLimits(limits: CodeLimits): CheckedLimits {
  const checked = { cpuMs: undefined, ...defaults, ...defined(limits) };
  for (const [name, [least, most]] of Object.entries(ranges) as [keyof typeof ranges, readonly [number, number]][]) {
    // `Object.entries` knows the names of a constant only as strings.
    const value = checked[name];
    if (value === undefined && name === 'cpuMs') continue;
    if (typeof value === 'number' && value >= least && value <= most) continue;
    throw new SettingsError(`${name} of a code interpreter must be a number from ${String(least)} to ${String(most)}`);
  }
  return Object.freeze(checked);
}

/** Without what is given as `undefined`, and without what is no limit. */
function defined(limits: CodeLimits): CodeLimits {
  return Object.fromEntries(Object.entries(limits).filter(([name, value]) => value !== undefined && Object.hasOwn(ranges, name)));
}
