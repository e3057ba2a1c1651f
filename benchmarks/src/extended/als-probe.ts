import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Runs in a process of its own, because async context tracking cannot be switched off again: prints the microseconds of
 * one bare `await`, before or after the first `run` of an AsyncLocalStorage.
 */
async function probe(mode: string | undefined): Promise<void> {
  if (mode === 'on') new AsyncLocalStorage<number>().run(1, () => undefined);
  const medians: number[] = [];
  for (let batch = 0; batch < 600; batch += 1) {
    const start = performance.now();
    for (let i = 0; i < 500; i += 1) await tool(i);
    medians.push(((performance.now() - start) * 1_000) / 500);
  }
  // The first half warms up.
  const measured = medians.slice(300).sort((a, b) => a - b);
  process.stdout.write(String(measured[150]));
}

// eslint-disable-next-line @typescript-eslint/require-await -- waiting for something would be a part of what is measured
async function tool(i: number): Promise<number> {
  return i;
}

void probe(process.argv[2]);
