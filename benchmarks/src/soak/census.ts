/** What a process holds besides memory: everything that could be left behind by a call. */
export interface Census {
  /** Timers, sockets, pipes, child processes and so on that keep the event loop alive, by kind. */
  readonly resources: Readonly<Record<string, number>>;
  readonly processListeners: number;
  /** Megabytes after a full collection. */
  readonly heapMb: number;
  readonly rssMb: number;
}

declare const gc: (() => void) | undefined;

/** Counts after everything that ends by itself has had its time. */
export async function takeCensus(): Promise<Census> {
  for (let i = 0; i < 5; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (typeof gc === 'function') gc();
  }
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  const processListeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  const { heapUsed, rss } = process.memoryUsage();
  return { resources, processListeners, heapMb: heapUsed / 1e6, rssMb: rss / 1e6 };
}

/** Warm threads come and go with what is called; whether they end is looked at when the container is closed. */
const warm: ReadonlySet<string> = new Set(['MessagePort', 'Worker']);

/** What there is more of than before; memory may breathe by `slackMb`. */
export function leaks(before: Census, after: Census, slackMb: number): readonly string[] {
  const found: string[] = [];
  for (const [kind, count] of Object.entries(after.resources)) {
    const was = before.resources[kind] ?? 0;
    if (count > was && !warm.has(kind)) found.push(`${kind}: ${String(was)} before, ${String(count)} after`);
  }
  if (after.processListeners > before.processListeners) found.push(`listeners of the process: ${String(before.processListeners)} before, ${String(after.processListeners)} after`);
  if (after.heapMb > before.heapMb + slackMb) found.push(`heap: ${before.heapMb.toFixed(1)} MB before, ${after.heapMb.toFixed(1)} MB after`);
  return found;
}
