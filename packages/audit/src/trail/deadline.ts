import { TrailError } from '../errors.js';

/** Longer than any signer or witness should take: closing a trail waits for them. */
export const DEADLINE_MS = 30_000;

/** The work's end, or an error once it took too long; keeps no process alive. */
export async function withDeadline<T>(work: Promise<T>, who: string, path: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TrailError('KEY', path, `${who} did not answer within ${String(DEADLINE_MS / 1000)} s: check that it works`));
    }, DEADLINE_MS);
    timer.unref();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
