import type { Frame } from '../call.js';
import { logQuietly } from '../logging/log-quietly.js';
import type { Violation } from '../policy/verdict.js';
import type { Refusal } from './judge-destination.js';

/** A tool that tries a thousand hosts fills no record: so many different refusals are listed, the rest is counted. */
const maxListed = 16;

interface Book {
  readonly seen: Set<string>;
  /** What stands for everything beyond the list; its reason grows with the count. */
  rest: { rule: string; type: 'domain_denied'; reason: string; action: 'block' | 'would_block' } | undefined;
  count: number;
}

type Books = WeakMap<object, Book>;

/** One for each call; gone with it. */
const books: Books = new WeakMap();
/** Another for what comes after the record: what was written there is not changed any more. */
const lateBooks: Books = new WeakMap();

/** Writes refusals into the record of the call, so that they are there though the tool swallows the error; into the log once the record is written. */
export function noteRefusals(frame: Frame, refusals: readonly Refusal[]): void {
  const { walk } = frame;
  if (walk === undefined) return;
  const recorded = walk.ended || walk.recorded;
  const book = bookOf(recorded ? lateBooks : books, walk);
  for (const refusal of refusals) {
    const key = `${refusal.rule}\0${refusal.reason}`;
    if (book.seen.has(key)) continue;
    const isFull = book.seen.size >= maxListed;
    if (!isFull) book.seen.add(key);
    if (recorded) logLate(frame, refusal, isFull, book);
    else if (isFull) count(book, walk);
    else walk.note([violationOf(refusal, walk.isMonitored)]);
  }
}

function bookOf(those: Books, walk: object): Book {
  const known = those.get(walk);
  if (known !== undefined) return known;
  const book: Book = { seen: new Set(), rest: undefined, count: 0 };
  those.set(walk, book);
  return book;
}

function violationOf({ rule, reason, action, at }: Refusal, monitored: boolean): Violation {
  const done = monitored && action === 'block' ? 'would_block' : action;
  return Object.freeze({ rule, type: 'domain_denied', reason, action: done, ...(at === undefined ? {} : { at }) });
}

function count(book: Book, walk: NonNullable<Frame['walk']>): void {
  book.count += 1;
  const reason = `${String(book.count)} more connections were refused for other reasons`;
  if (book.rest !== undefined) book.rest.reason = reason;
  else {
    book.rest = { rule: 'rules.network', type: 'domain_denied', reason, action: walk.isMonitored ? 'would_block' : 'block' };
    walk.note([book.rest]);
  }
}

/** What a tool left running still has its rules; its call has no record to write into any more. */
function logLate({ house, call }: Frame, { rule, reason: why }: Refusal, isFull: boolean, book: Book): void {
  if (isFull) book.count += 1;
  if (house === undefined || book.count > 1) return;
  const reason = isFull ? 'connections were refused for other reasons as well, which are not listed' : why;
  const { logger } = house.services;
  logQuietly(logger, 'warn', `"${call?.tool ?? 'a tool'}" tried to connect where its policy does not let it, after its call had ended`, { rule, reason, callId: call?.id });
}
