interface CpuUse {
  readonly user: number;
  readonly system: number;
}

/** Reads process and thread times; Node 23.9, and some older lines, can tell a thread's. */
const source: { cpuUsage(): CpuUse; threadCpuUsage?(): CpuUse } = process;

/** Processor time since it was made, by the thread's clock; elsewhere by the process's, which is never less. */
export class CpuClock {
  readonly #wallStart = performance.now();
  readonly #cpuStart = used();

  /** Milliseconds; a thread uses no more than what has passed. */
  elapsedMs(): number {
    return Math.min(performance.now() - this.#wallStart, (used() - this.#cpuStart) / 1000);
  }
}

function used(): number {
  const { user, system } = source.threadCpuUsage?.() ?? source.cpuUsage();
  return user + system;
}
