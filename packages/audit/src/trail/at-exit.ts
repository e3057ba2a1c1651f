/** What is held back in memory, of every open trail. One listener for all: each of its own would look like a leak to Node. */
const waiting = new Set<() => void>();

function flushAll(): void {
  for (const flush of waiting) flush();
}

/** Calls `flush`, which must not throw, when the process ends by itself. */
export function flushAtExit(flush: () => void): void {
  if (waiting.size === 0) process.on('exit', flushAll);
  waiting.add(flush);
}

export function forgetAtExit(flush: () => void): void {
  waiting.delete(flush);
  if (waiting.size === 0) process.off('exit', flushAll);
}
