import { RedactError } from '../errors.js';
import type { Detector } from './detector.js';

const categoryName = /^[a-z][a-z0-9_]{0,63}$/;
/** What is written may stand in a text many times, and has to be recognised as ours. */
const longestToken = 64;

/** @throws RedactError `CATEGORY`: the name stands in placeholders, findings and records. */
export function checkCategoryName(category: unknown): void {
  if (typeof category === 'string' && categoryName.test(category)) return;
  throw new RedactError('CATEGORY', 'a category of your own is named in lower case with digits and _, at most 64 characters');
}

/** @throws RedactError for a detector that could not be used */
export function checkDetector<T extends Detector>(detector: T): T {
  if (typeof detector !== 'object' || (detector as unknown) === null || typeof detector.detect !== 'function') throw new RedactError('OPTIONS', 'a detector is an object with category and detect');
  const { category, placeholder, mask } = detector;
  const kind: unknown = detector.kind;
  checkCategoryName(category);
  if (kind !== undefined && kind !== 'pii' && kind !== 'secret') throw new RedactError('OPTIONS', `the kind of "${category}" must be pii or secret`);
  for (const [name, token] of Object.entries({ placeholder, mask })) {
    if (token === undefined || (typeof token === 'string' && token.length <= longestToken && !/[\n\r]/.test(token))) continue;
    throw new RedactError('OPTIONS', `the ${name} of "${category}" must be text of one line, at most ${String(longestToken)} characters`);
  }
  return detector;
}
