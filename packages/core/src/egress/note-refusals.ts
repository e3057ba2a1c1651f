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

/** One for each call; gone with it. */
const books = new WeakMap<object, Book>();

/** Writes refusals into the record of the call, so that they are there though the tool swallows the error; into the log once the record is written. */
export function noteRefusals(frame: Frame, refusals: readonly Refusal[]): void {
  const { walk } = frame;
  if (walk === undefined) return;
  const book = bookOf(walk);
  const recorded = walk.ended || walk.recorded;
  for (const refusal of refusals) {
    const key = `${String(recorded)}\0${refusal.rule}\0${refusal.reason}`;
    if (book.seen.has(key)) continue;
    if (book.seen.size >= maxListed) count(book, walk, recorded);
    else {
      book.seen.add(key);
      if (recorded) log(frame, refusal);
      else walk.note([violationOf(refusal, walk.isMonitored)]);
    }
  }
}

function bookOf(walk: object): Book {
  const known = books.get(walk);
  if (known !== undefined) return known;
  const book: Book = { seen: new Set(), rest: undefined, count: 0 };
  books.set(walk, book);
  return book;
}

function violationOf({ rule, reason, action, at }: Refusal, monitored: boolean): Violation {
  const done = monitored && action === 'block' ? 'would_block' : action;
  return Object.freeze({ rule, type: 'domain_denied', reason, action: done, ...(at === undefined ? {} : { at }) });
}

function count(book: Book, walk: NonNullable<Frame['walk']>, recorded: boolean): void {
  book.count += 1;
  const reason = `${String(book.count)} more connections were refused for other reasons`;
  if (book.rest !== undefined) book.rest.reason = reason;
  else if (!recorded) {
    book.rest = { rule: 'rules.network', type: 'domain_denied', reason, action: walk.isMonitored ? 'would_block' : 'block' };
    walk.note([book.rest]);
  }
}

/** What a tool left running still has its rules; its call has no record to write into any more. */
function log({ house, call }: Frame, { rule, reason }: Refusal): void {
  if (house === undefined) return;
  const { logger } = house.services;
  logQuietly(logger, 'warn', `"${call?.tool ?? 'a tool'}" tried to connect where its policy does not let it, after its call had ended`, { rule, reason, callId: call?.id });
}
