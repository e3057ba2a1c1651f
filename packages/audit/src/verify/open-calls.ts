import type { EntryFacts } from './entry-facts.js';
import type { StoredLine } from './stored-line.js';
import type { Verdict } from './verdict.js';

const MAX_CALLS = 100_000;
const CALL_ID = '"call_id":"';

/** The call that a line is about; a pattern could not take a text of many megabytes. */
function callIn(line: string): string | null {
  const at = line.indexOf(CALL_ID);
  if (at === -1) return null;
  const from = at + CALL_ID.length - 1;
  let end = from;
  do end = line.indexOf('"', end + 1);
  while (end !== -1 && isEscaped(line, end));
  return end === -1 ? null : textOf(line.slice(from, end + 1));
}

function isEscaped(line: string, at: number): boolean {
  let slashes = 0;
  while (line[at - 1 - slashes] === '\\') slashes += 1;
  return slashes % 2 === 1;
}

function textOf(json: string): string | null {
  try {
    const value: unknown = JSON.parse(json);
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
    const id = callIn(line);
    if (id === null) return;
    if (this.#open.size < MAX_CALLS) this.#open.add(id);
    else this.#isTooMany = true;
  }

  visit(facts: EntryFacts, line: StoredLine): void {
    if (facts.kind !== 'call' || this.#open.size === 0) return;
    const id = callIn(line.text ?? '');
    if (id !== null) this.#open.delete(id);
  }

  end(verdict: Verdict): void {
    if (this.#isTooMany) verdict.doubt('gaps', 'the journals hold too many calls to look all of them up');
    const count = String(this.#open.size);
    if (this.#open.size > 0) verdict.doubt('gaps', `${count} calls were begun and have no entry: they run, or their process died and nobody opened the trail since`);
  }
}
