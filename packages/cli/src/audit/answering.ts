import type { TrailErrorCode } from '@enforcecore/audit';
import type { Session } from '../session.js';
import { asTrailError } from './open-log.js';

/** What a trail is, and no failure to read it. */
const answers: readonly TrailErrorCode[] = ['CHECKPOINT', 'TRUNCATED', 'REMOVED', 'REPLACED', 'ROTATION'];

/** Runs a body in which an error that says what is wrong with a trail is an answer, with exit code 1; undefined then. */
export async function answering<T>(session: Session, body: () => Promise<T>, more: readonly TrailErrorCode[] = []): Promise<T | undefined> {
  try {
    return await body();
  } catch (error) {
    const refused = await asTrailError(error);
    if (refused === undefined || ![...answers, ...more].includes(refused.code)) throw error;
    session.raise(1);
    await session.complain(refused.message);
    return undefined;
  }
}
