import type { EntryFacts } from '../entry-facts.js';
import { copied } from '../copied.js';
import type { Place, Verdict } from '../verdict.js';

interface WriterState {
  readonly id: string;
  sequence: number;
  hash: string;
  /** See `clockReading`. */
  time: number;
}

const DAY_MS = 86_400_000;

/** Each writer's count, chain and clock. Holds one state per writer. */
export class WriterCheck {
  readonly #verdict: Verdict;
  readonly #before: 'nothing' | 'deleted' | 'trusted';
  readonly #latest: number;
  readonly #writers = new Map<string, WriterState>();
  #last: WriterState | null = null;
  #headless = 0;

  constructor(verdict: Verdict, before: 'nothing' | 'deleted' | 'trusted', nowMs: number) {
    this.#verdict = verdict;
    this.#before = before;
    this.#latest = clockReading(new Date(nowMs + DAY_MS).toISOString());
  }

  get count(): number {
    return this.#writers.size;
  }

  visit(facts: EntryFacts, place: () => Place): void {
    if (facts.hash !== facts.statedHash) this.#verdict.fail('chain', place(), 'entry_hash is not the hash of the line');
    const writer = this.#last?.id === facts.writerId ? this.#last : this.#writers.get(facts.writerId);
    this.#last = writer === undefined ? this.#begin(facts, place) : this.#follow(writer, facts, place);
    if (facts.timestamp !== null) this.#clock(this.#last, facts.timestamp, place);
  }

  end(): void {
    if (this.#headless === 0 || this.#before === 'trusted') return;
    const reason = `the first of ${String(this.#headless)} writers' entries links to one before what was read`;
    this.#verdict.doubt('order', reason);
    this.#verdict.doubt('chain', reason);
  }

  #begin(facts: EntryFacts, place: () => Place): WriterState {
    const { writerId: id, sequence, statedHash: hash, previousHash } = facts;
    // In a log whose oldest entries were deleted, a writer's first one may link to those.
    if (this.#before !== 'nothing' && sequence > 1 && previousHash !== '') {
      this.#headless += 1;
    } else {
      if (sequence !== 1) this.#verdict.fail('order', place(), `the writer's first entry has sequence ${String(sequence)}`);
      if (previousHash !== '') this.#verdict.fail('chain', place(), "the writer's first entry links to an entry before it");
    }
    // A copy: a part of a longer text would keep all of that alive.
    const writer = { id: copied(id), sequence, hash: copied(hash), time: 0 };
    this.#writers.set(writer.id, writer);
    return writer;
  }

  #follow(writer: WriterState, facts: EntryFacts, place: () => Place): WriterState {
    if (facts.sequence !== writer.sequence + 1) {
      this.#verdict.fail('order', place(), `expected sequence ${String(writer.sequence + 1)}, got ${String(facts.sequence)}`);
    }
    if (facts.previousHash !== writer.hash) {
      this.#verdict.fail('chain', place(), "previous_hash is not the hash of the writer's entry before it");
    }
    writer.sequence = facts.sequence;
    // A recomputed hash is a text of its own.
    writer.hash = facts.hash === facts.statedHash && facts.kind !== 'tombstone' ? facts.hash : copied(facts.statedHash);
    return writer;
  }

  #clock(writer: WriterState, timestamp: string, place: () => Place): void {
    const time = clockReading(timestamp);
    if (time < writer.time) this.#verdict.fail('clock', place(), "the entry is older than the writer's entry before it");
    if (time > this.#latest) this.#verdict.fail('clock', place(), 'the entry is more than a day from the future');
    writer.time = time;
  }
}

function pair(text: string, at: number): number {
  return (text.charCodeAt(at) - 0x30) * 10 + text.charCodeAt(at + 1) - 0x30;
}

/** A time of the form `2030-01-31T23:59:59.999Z` as a number that sorts as the times do; keeps no text alive. */
function clockReading(time: string): number {
  const day = ((pair(time, 0) * 100 + pair(time, 2)) * 13 + pair(time, 5)) * 32 + pair(time, 8);
  const second = (day * 24 + pair(time, 11)) * 3600 + pair(time, 14) * 60 + pair(time, 17);
  return second * 1000 + pair(time, 20) * 10 + time.charCodeAt(22) - 0x30;
}
