import { parseSegment, type OpenDetail } from './detail.js';
import { detailOf, glance, rawMember } from './glance.js';

/** What the first line of a file says, given the file's beginning as latin1; null if it is not the opening of a segment. */
export function openingOf(text: string): OpenDetail | null {
  const seen = glance(text.split('\n', 1)[0] ?? '');
  if (seen === null || rawMember(seen.text, 'kind') !== '"segment"') return null;
  const detail = parseSegment(detailOf(seen.text));
  return detail?.role === 'open' ? detail : null;
}
