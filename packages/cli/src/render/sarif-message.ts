import type { PolicyIssue } from '@enforcecore/core';
import { plainText } from './plain-text.js';

/** What is wrong, without the place, which a result has of its own. */
export function issueText({ path, message, expected, nearest }: PolicyIssue): string {
  const advice = [
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(nearest === undefined ? [] : [`did you mean "${nearest}"?`]),
  ].join('; ');
  return plainText(`${path === '' ? '' : `${path}: `}${message}${advice === '' ? '' : ` (${advice})`}`);
}
