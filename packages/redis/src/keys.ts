import { createHash } from 'node:crypto';

const mostKnown = 4_096;
const plain = /^[\w.:*[\]-]{1,64}$/;

/**
 * Names in Redis. All of one prefix carry the same hash tag and so lie in one cluster slot, since one call is one script.
 * A name that is long, or has characters that stand out, is written as a hash: names may hold arguments of calls.
 */
export class Keys {
  readonly prefix: string;
  readonly clock: string;
  readonly kill: string;
  readonly #known = new Map<string, string>();

  /** @throws RangeError for a prefix that could not be told apart in a key. */
  constructor(prefix = 'enforcecore') {
    if (!/^[\w.:-]{1,100}$/.test(prefix)) throw new RangeError('the prefix must be 1 to 100 letters, digits, ".", ":", "_" or "-"');
    this.prefix = prefix;
    this.clock = `{${prefix}}:clock`;
    this.kill = `{${prefix}}:kill`;
  }

  /** The last message of one process. */
  order(process: string): string {
    return `{${this.prefix}}:o:${process}`;
  }

  marker(id: string): string {
    return `{${this.prefix}}:m:${id}`;
  }

  /** The length stands in it: what one window has counted says nothing of another, and is not cut by it. */
  rate(key: string, algorithm: 'gcra' | undefined, windowMs: number): string {
    return this.#named(`${algorithm === undefined ? 'w' : 'g'}:${String(windowMs)}`, key);
  }

  account(key: string): string {
    return this.#named('b', key);
  }

  /** What calls have set aside in an account. */
  holds(key: string): string {
    return this.#named('h', key);
  }

  slots(key: string): string {
    return this.#named('s', key);
  }

  #named(kind: string, key: string): string {
    return `{${this.prefix}}:${kind}:${this.#shown(key)}`;
  }

  #shown(key: string): string {
    if (plain.test(key)) return key;
    let shown = this.#known.get(key);
    if (shown === undefined) {
      // INVARIANT: "#" stands in no plain name, so no name can pass for the hash of another.
      shown = `#${createHash('sha256').update(Buffer.from(key, 'utf16le')).digest('base64url').slice(0, 27)}`;
      if (this.#known.size >= mostKnown) this.#known.clear();
      this.#known.set(key, shown);
    }
    return shown;
  }
}
