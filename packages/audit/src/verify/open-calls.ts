import type { EntryFacts } from './entry-facts.js';
import type { StoredLine } from './stored-line.js';
import type { Verdict } from './verdict.js';

const MAX_CALLS = 100_000;
const CALL_ID = /"call_id":("(?:[^"\\]|\\.)*")/;

function textOf(json: string | undefined): string | null {
  try {
    const value: unknown = JSON.parse(json ?? '');
    return typeof value === 'string' ? value : null;
  } catch {
    // Not a text, so no call's id.
    return null;
  }
}

/** Calls that were begun, according to the journals, until the log has their entry. */
export class OpenCalls {
  readonly #open = new Set<string>();
  #isTooMany = false;

  get size(): number {
    return this.#open.size;
  }

  /** Takes a journal's line; what is no intent is passed over, as its call cannot have started. */
  begun(line: string): void {
    const id = textOf(CALL_ID.exec(line)?.[1]);
    if (id === null) return;
    if (this.#open.size < MAX_CALLS) this.#open.add(id);
    else this.#isTooMany = true;
  }

  visit(facts: EntryFacts, line: StoredLine): void {
    if (facts.kind !== 'call' || this.#open.size === 0) return;
    const id = textOf(CALL_ID.exec(line.text ?? '')?.[1]);
    if (id !== null) this.#open.delete(id);
  }

  end(verdict: Verdict): void {
    if (this.#isTooMany) verdict.doubt('gaps', 'the journals hold too many calls to look all of them up');
    const count = String(this.#open.size);
    if (this.#open.size > 0) verdict.doubt('gaps', `${count} calls were begun and have no entry: they run, or their process died and nobody opened the trail since`);
  }
}
