import { fieldFault } from '../entry/check-fields.js';
import type { EntryFields } from '../entry/entry.js';
import { TrailError } from '../errors.js';
import { Chain, type SealedEntry } from '../trail/chain.js';
import { MAX_LINE_BYTES } from '../trail/scan-lines.js';
import type { AuditStore, LogRecord } from './audit-store.js';
import { longEntry, storeFault } from './faults.js';
import { step, type Steps } from './steps.js';

const RECOVER_AT_ONCE = 64;

/** What was sealed and may be in the store, or not. */
interface Doubt {
  readonly hash: string;
  readonly sequence: number;
}

function recordOf({ line, entryHash }: SealedEntry): LogRecord {
  return { hash: entryHash, line: line.slice(0, -1), bytes: null };
}

/**
 * Keeps one chain in step with what is in a store.
 * INVARIANT: a watched call can be stopped between any two statements, and then no `catch` or `finally` runs. So what is
 * sent is in doubt from before it is sent until after the chain has moved on.
 */
export class StoreWriter {
  readonly chain: Chain;
  readonly #store: AuditStore;
  #doubts: readonly Doubt[] = [];
  #isInDoubt = false;
  /** Calls whose `begin` failed, and may have been noted all the same: their tools did not run. */
  readonly #unbegun = new Set<string>();

  constructor(store: AuditStore, now: () => number) {
    this.#store = store;
    this.chain = new Chain(now);
  }

  /** Seals entries one after another and stores them, all or none; when it throws, the chain can go on. */
  *append(entries: readonly EntryFields[]): Steps<readonly SealedEntry[]> {
    if (this.#isInDoubt) yield* this.#settle();
    const sealed: SealedEntry[] = [];
    for (const fields of entries) sealed.push(this.#seal(fields, sealed.at(-1)));
    const last = sealed.at(-1);
    if (last === undefined) return sealed;
    const ends = new Set(this.#unbegun);
    for (const { kind, call_id } of entries) if (kind === 'call' && call_id !== null) ends.add(call_id);
    this.#doubts = [...this.#doubts, { hash: last.entryHash, sequence: last.sequence }];
    this.#isInDoubt = true;
    try {
      yield* step(this.#store.append(sealed.map(recordOf), [...ends]));
    } catch (error) {
      // The connection may have been lost behind a commit: the store itself tells. If it cannot, it is asked before the next entry.
      yield* this.#trySettle();
      if (this.chain.hash !== last.entryHash) throw error;
    }
    this.chain.advance(last.entryHash, last.sequence);
    this.#doubts = [];
    this.#isInDoubt = false;
    for (const callId of ends) this.#unbegun.delete(callId);
    return sealed;
  }

  *begin(calls: readonly EntryFields[]): Steps<void> {
    const intents = calls.flatMap((fields) => (fields.call_id === null ? [] : [{ callId: fields.call_id, fields }]));
    for (const { callId } of intents) this.#unbegun.add(callId);
    yield* step(this.#store.begin(this.chain.writerId, intents));
    for (const { callId } of intents) this.#unbegun.delete(callId);
  }

  /** Writes an entry with outcome `unknown` for every call whose process died before its entry was written, and gives their number. */
  *recover(onWarning: (message: string) => void): Steps<number> {
    const orphans = yield* step(this.#store.orphans());
    const entries = orphans.map((fields): EntryFields => ({ ...fields, kind: 'call', outcome: 'unknown', detail: null }));
    const sound = entries.filter((fields) => fieldFault(fields) === null);
    if (sound.length < entries.length) onWarning(`${this.#store.location} holds an open call that is not what schema version 1 says: it was left out`);
    for (let at = 0; at < sound.length; at += RECOVER_AT_ONCE) yield* this.append(sound.slice(at, at + RECOVER_AT_ONCE));
    return sound.length;
  }

  #seal(fields: EntryFields, after: SealedEntry | undefined): SealedEntry {
    const sealed = this.chain.seal(fields, null, after);
    const { length } = sealed.line;
    // A UTF-16 unit takes at most three bytes, so most lines need no counting.
    if (length > MAX_LINE_BYTES / 3 && Buffer.byteLength(sealed.line) > MAX_LINE_BYTES) throw longEntry(this.#store.location);
    return sealed;
  }

  *#trySettle(): Steps<void> {
    try {
      yield* this.#settle();
    } catch {
      // The first error is the one to tell of; the doubt remains, and the next append begins with it.
      return;
    }
  }

  /** Asks the store where this chain stands, and goes on from there. */
  *#settle(): Steps<void> {
    const { chain } = this;
    const head = (yield* step(this.#store.chainHead(chain.writerId))) ?? { hash: '', sequence: 0 };
    const { location } = this.#store;
    if (head.hash !== chain.hash) {
      if (head.sequence < chain.sequence) {
        throw new TrailError('TRUNCATED', location, `cannot append to ${location}: entries already written are gone: verify it, then open it anew`);
      }
      if (!this.#doubts.some(({ hash }) => hash === head.hash)) throw storeFault(location, 'holds entries of this writer that it did not write: open it anew');
      chain.advance(head.hash, head.sequence);
    }
    // The doubts stay: what was sent over a lost connection may still arrive, until an entry has taken its place.
    this.#isInDoubt = false;
  }
}
