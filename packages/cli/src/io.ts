/** Where text goes to. */
export interface Output {
  /** Whether a person watches: colours and progress are for them only. */
  readonly isTerminal: boolean;
  /** Width of the terminal; `undefined` where there is none. */
  readonly columns: number | undefined;
  /**
   * Resolves when more may be written.
   *
   * @throws CliError `OUTPUT_CLOSED` once nobody reads any more.
   */
  write(text: string): Promise<void>;
}

/** Where bytes come from. */
export interface Input {
  readonly isTerminal: boolean;
  /** The bytes as they arrive; may be asked for once. They end early, as if no more had come, once `stop` is aborted. */
  read(stop?: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Everything of the process that a command touches, so that one can run inside another program or a test. */
export interface Io {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds from any fixed point. */
  monotonicMs(): number;
  now(): Date;
  /** Calls when the user or the system asks to stop; the answer takes the listener off again. */
  onInterrupt?(listener: () => void): () => void;
}

/** Runs a body that can be asked to stop, and finish what it holds, instead of being ended. A second request ends it. */
export async function untilInterrupted<T>(io: Io, body: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const control = new AbortController();
  const off = io.onInterrupt?.(() => {
    control.abort();
  });
  try {
    return await body(control.signal);
  } finally {
    off?.();
  }
}
