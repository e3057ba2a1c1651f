import { EnforceCoreError } from '@enforcecore/core';

export interface PageLimits {
  readonly maxPages: number;
  readonly maxItems: number;
  /** Characters of all items as JSON. */
  readonly maxChars: number;
}

export const defaultPageLimits: PageLimits = { maxPages: 64, maxItems: 2_000, maxChars: 8 * 1024 * 1024 };

const mostCursor = 4_096;

/** Asks for one page: its items, and where the next begins. */
export type AskPage = (cursor: string | undefined) => Promise<Readonly<Record<string, unknown>>>;

/**
 * All items of a list that comes in pages.
 *
 * @throws EnforceCoreError `GATEWAY` for a list that does not end within the limits: half a list would be taken for the whole.
 */
export async function listPages(what: string, key: string, ask: AskPage, limits: PageLimits = defaultPageLimits): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  const seen = new Set<string>();
  let chars = 0;
  for (let cursor: string | undefined; ; ) {
    const page = await ask(cursor);
    const held = page[key];
    if (!Array.isArray(held)) throw refused(what, `a page without "${key}"`);
    if (items.length + held.length > limits.maxItems) throw refused(what, `more than ${limits.maxItems} items`);
    chars += JSON.stringify(held).length;
    if (chars > limits.maxChars) throw refused(what, `more than ${limits.maxChars} characters`);
    items.push(...(held as readonly unknown[]));
    const next = page['nextCursor'];
    if (next === undefined || next === null) return items;
    if (typeof next !== 'string' || next.length > mostCursor) throw refused(what, 'a cursor that cannot be used');
    if (seen.has(next)) throw refused(what, 'a cursor that it gave before, so the list would never end');
    if (seen.add(next).size >= limits.maxPages) throw refused(what, `more than ${limits.maxPages} pages`);
    cursor = next;
  }
}

function refused(what: string, got: string): EnforceCoreError {
  return new EnforceCoreError('GATEWAY', `the list of ${what} is not used: the server gave ${got}`);
}
