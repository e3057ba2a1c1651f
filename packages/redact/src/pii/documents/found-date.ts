import type { Sink } from '../../finding.js';
import type { Plan } from '../../plan.js';
import { dateAround, timeEnd } from './date-at.js';
import { birth } from './topic-rules.js';
import { topicsAround } from './topics.js';

/** Records the date or time of day that has a number here; answers its end, -1 when nothing was recorded. */
export function foundDate(text: string, at: number, plan: Plan, sink: Sink): number {
  const span = dateAround(text, at);
  if (span === undefined) return foundTime(text, at, plan, sink);
  const category = plan.pii.has(birth) && isBirth(text, span.start, span.end) ? birth : 'date_time';
  if (!plan.pii.has(category) || (span.weak && category !== birth)) return -1;
  sink.pii(category, span.start, span.end);
  return span.end;
}

/** Records the time of day that begins here; answers its end, -1 for none. */
export function foundTime(text: string, at: number, plan: Plan, sink: Sink): number {
  const end = plan.pii.has('date_time') ? timeEnd(text, at) : -1;
  if (end >= 0) sink.pii('date_time', at, end);
  return end;
}

/** The nearest word about a date says whose it is. */
function isBirth(text: string, start: number, end: number): boolean {
  const topic = topicsAround(text, start, end).find(({ category }) => category === birth || category === 'date_time');
  return topic?.category === birth;
}
