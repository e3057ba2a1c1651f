import { Glob } from '../../glob.js';
import { type SinkFault } from '../sink.js';

/** Which programs a shell text may run. */
export interface ShellPrograms {
  /** Names or whole paths; `*` stands for any run of characters but `/`. Without the list every program may run that is not denied. */
  readonly allowed?: readonly string[];
  /** Names, which also cover every path that ends in them, or whole paths. Compared without regard to case. */
  readonly denied?: readonly string[];
}

interface ProgramPattern {
  readonly pattern: string;
  readonly segments: readonly Glob[];
}

/** Tells which programs may run: `/tmp/ls` is not the allowed `ls`, but it is the denied one. */
export class ProgramLists {
  readonly #allowed: readonly ProgramPattern[] | undefined;
  readonly #denied: readonly ProgramPattern[];

  constructor(programs: ShellPrograms = {}) {
    this.#allowed = programs.allowed?.map((pattern) => readPattern(pattern, 'allowed', pattern));
    this.#denied = (programs.denied ?? []).map((pattern) => readPattern(pattern, 'denied', pattern.toLowerCase()));
  }

  check(program: string): Pick<SinkFault, 'reason'> | undefined {
    // Letters of other scripts, zero-width ones and no-break spaces make one name look like another.
    if (!/^[\x21-\x7e]+$/.test(program)) return { reason: 'program name holds characters other than printable ASCII' };
    if (/\/\/|\/\.\.?(\/|$)|^\.\.(\/|$)/.test(program)) return { reason: 'program path holds "..", "." or an empty segment' };
    const lower = program.toLowerCase();
    const name = lower.slice(lower.lastIndexOf('/') + 1);
    const denied = this.#denied.find((pattern) => matches(pattern, lower) || matches(pattern, name));
    if (denied !== undefined) return { reason: `program matches programs.denied ${JSON.stringify(denied.pattern)}` };
    if (this.#allowed?.some((pattern) => matches(pattern, program)) === false) return { reason: 'program is not in programs.allowed' };
    return undefined;
  }
}

function readPattern(pattern: string, list: string, compared: string): ProgramPattern {
  if (typeof pattern !== 'string' || !/^[\x21-\x7e]+$/.test(pattern)) {
    throw new Error(`programs.${list}: expected a program name or path in printable ASCII without spaces, got ${JSON.stringify(pattern)}`);
  }
  return { pattern, segments: compared.split('/').map((segment) => new Glob(segment)) };
}

function matches({ segments }: ProgramPattern, program: string): boolean {
  const names = program.split('/');
  return names.length === segments.length && segments.every((segment, index) => segment.matches(names[index] ?? ''));
}
