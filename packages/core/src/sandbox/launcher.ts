import type { EgressRules } from '../egress/egress-rules.js';
import type { SandboxLevel } from './level.js';
import type { SandboxRules } from './sandbox-rules.js';

/** What a launcher needs to know before any tool is named. */
export interface LaunchSpec {
  readonly rules: SandboxRules;
  /** Hosts that may be reached; `undefined`: the policy says nothing of the network. */
  readonly egress: EgressRules | undefined;
  /** Folders with the code that the child has to be able to read, absolute and real. */
  readonly codePaths: readonly string[];
  /** Names and values of the environment; nothing else is handed over. */
  readonly env: Readonly<Record<string, string>>;
  /** Told of a connection that was refused by something outside the child, such as a proxy. */
  readonly onDenied?: ((reason: string) => void) | undefined;
}

/** How a child ended. `reason` is what is known, never what the child says. */
export interface ChildEnd {
  readonly reason: 'exit' | 'killed' | 'memory' | 'cpu' | 'garbage' | 'start';
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** For people: words of ours. */
  readonly detail: string;
}

/** A running child: a thread, a process, a process behind more walls. Runs one tool's calls, one at a time. */
export interface Child {
  /** Data only: what can cross is up to `wire.ts`. */
  post(message: unknown): void;
  /** Every message as it came, unchecked and unlimited in shape, limited in size. One listener. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once. One listener. */
  onEnd(listener: (end: ChildEnd) => void): void;
  /** Ends it at once, with everything that it started; resolves when it is gone. */
  kill(): Promise<void>;
  /** Told when it waits for its next call: an idle child must not keep the process running. */
  setIdle?(isIdle: boolean): void;
  /** Processor time since its start, in milliseconds, where it has to be looked at from outside to be held. */
  busyMs?(): number;
  /** What it wrote to standard output and error, capped. */
  readonly output: { readonly stdout: string; readonly stderr: string; readonly isCut: boolean };
}

/** Whether a level works on this machine: tried, not guessed. */
export interface LevelProbe {
  readonly level: SandboxLevel;
  readonly works: boolean;
  /** What was found missing, or what was tried. */
  readonly detail: string;
  /** Limits that hold at this level here. */
  readonly holds: { readonly time: boolean; readonly memory: boolean; readonly cpu: boolean; readonly processes: boolean; readonly files: boolean; readonly network: boolean };
}

/** Starts children of one level. */
export interface Launcher {
  readonly level: Exclude<SandboxLevel, 'inline'>;
  /** Whether a child serves one call after the other; otherwise each call gets a fresh one. */
  readonly isReused: boolean;
  /** Tries the level once; later calls give the same answer. */
  probe(): Promise<LevelProbe>;
  launch(spec: LaunchSpec): Promise<Child>;
}
