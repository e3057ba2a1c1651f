import { CliError } from './errors.js';
import type { Io, Output } from './io.js';
import { run } from './run.js';

export interface FakeOptions {
  /** Chunks of standard input; none is an empty pipe. */
  readonly stdin?: string | readonly (string | Uint8Array)[];
  readonly env?: Readonly<Record<string, string>>;
  /** Someone watches standard output and error, in this many columns. */
  readonly terminal?: number;
  /** Standard input is a keyboard. */
  readonly keyboard?: boolean;
  /** Nobody reads standard output after this many writes. */
  readonly closesAfter?: number;
  /** Someone asks to stop before this chunk of standard input is read; it and the rest never arrive. */
  readonly stopsBefore?: number;
  /** Someone asks to stop as soon as the command can be asked. */
  readonly stopsAtOnce?: boolean;
  /** What the clock says; 1970 unless given. */
  readonly now?: Date;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as JSON; for tests only, so any shape is believed. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any;
}

class FakeOutput implements Output {
  text = '';
  writes = 0;

  constructor(
    readonly columns: number | undefined,
    readonly closesAfter: number,
  ) {}

  get isTerminal(): boolean {
    return this.columns !== undefined;
  }

  write(text: string): Promise<void> {
    if (this.writes >= this.closesAfter) return Promise.reject(new CliError('OUTPUT_CLOSED', 'closed'));
    this.writes += 1;
    this.text += text;
    return Promise.resolve();
  }
}

/** Runs the command line in this process. */
export async function runCli(argv: readonly string[], options: FakeOptions = {}): Promise<Ran> {
  const { stdin = [], env = {}, terminal, keyboard = false, closesAfter = Infinity, stopsBefore = Infinity, stopsAtOnce = false, now: clock = new Date(0) } = options;
  const [stdout, stderr] = [new FakeOutput(terminal, closesAfter), new FakeOutput(terminal, Infinity)];
  let now = 0;
  let interrupt = (): void => undefined;
  const io: Io = {
    stdin: {
      isTerminal: keyboard,
      async *read() {
        let at = 0;
        for await (const chunk of chunksOf(stdin)) {
          if (at >= stopsBefore) {
            interrupt();
            return;
          }
          at += 1;
          yield chunk;
        }
      },
    },
    onInterrupt: (listener) => {
      interrupt = listener;
      if (stopsAtOnce) listener();
      return () => undefined;
    },
    stdout,
    stderr,
    env,
    monotonicMs: () => (now += 250),
    now: () => clock,
  };
  const code = await run(argv, io);
  return {
    code,
    out: stdout.text,
    err: stderr.text,
    get json(): unknown {
      const parsed: unknown = JSON.parse(stdout.text);
      return parsed;
    },
  };
}

async function* chunksOf(stdin: NonNullable<FakeOptions['stdin']>): AsyncGenerator<Uint8Array> {
  for (const chunk of typeof stdin === 'string' ? [stdin] : stdin) yield await Promise.resolve(Buffer.from(chunk));
}
