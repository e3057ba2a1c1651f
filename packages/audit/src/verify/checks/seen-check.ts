import { copied } from '../copied.js';
import { RecentHashes } from '../recent-hashes.js';
import type { Place, Verdict } from '../verdict.js';

const MAX_FAR = 10_000;

interface Far {
  readonly place: Place;
  readonly read: number;
}

/** An entry that a writer saw stands before the writer's own. Only the last hashes are remembered; what names an older one is looked for later. */
export class SeenCheck {
  readonly #verdict: Verdict;
  readonly #before: 'nothing' | 'deleted' | 'trusted';
  readonly #recent = new RecentHashes();
  readonly #far = new Map<string, Far>();
  #isTooMany = false;
  #isSearched = false;
  #read = 0;

  constructor(verdict: Verdict, before: 'nothing' | 'deleted' | 'trusted') {
    this.#verdict = verdict;
    this.#before = before;
  }

  /** Hashes that have to be looked for in a second reading: `search` takes every stored one, in order. */
  get hasFar(): boolean {
    return this.#far.size > 0;
  }

  visit(hash: string, seen: string | null, place: () => Place): void {
    if (seen !== null && !this.#recent.has(seen)) this.#miss(seen, place());
    this.#recent.add(hash);
    this.#read += 1;
  }

  /** The second reading; `read` counts entries from 0. */
  search(hash: string, read: number): void {
    this.#isSearched = true;
    const far = this.#far.get(hash);
    if (far !== undefined && read < far.read) this.#far.delete(hash);
  }

  end(): void {
    if (this.#isTooMany) this.#verdict.doubt('order', 'too many entries name one that is far before them, or missing');
    if (this.#far.size === 0) return;
    if (this.#before === 'trusted') {
      this.#verdict.note('order', `${String(this.#far.size)} entries saw one that is not there: it may stand before what was read`);
    } else if (this.#before === 'deleted') {
      this.#verdict.doubt('order', `${String(this.#far.size)} entries saw one that is not there: it may stand before what was read`);
    } else if (!this.#isSearched && this.#recent.hasForgotten) {
      this.#verdict.doubt('order', `${String(this.#far.size)} entries saw one that is not shortly before them, and nobody looked further`);
    } else {
      for (const { place } of this.#far.values()) this.#fail(place);
    }
  }

  #miss(seen: string, place: Place): void {
    if (this.#before === 'nothing' && !this.#recent.hasForgotten) {
      this.#fail(place);
    } else if (this.#far.size >= MAX_FAR) {
      this.#isTooMany = true;
    } else if (!this.#far.has(seen)) {
      // The first entry that names it is the one that it must stand before.
      this.#far.set(copied(seen), { place, read: this.#read });
    }
  }

  #fail(place: Place): void {
    this.#verdict.fail('order', place, 'the entry seen by this writer is not before it');
  }
}
