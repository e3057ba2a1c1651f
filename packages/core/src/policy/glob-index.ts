import { Glob } from './glob.js';

interface Indexed<T> {
  readonly glob: Glob;
  readonly entry: T;
}

/** Patterns of one shape: what comes before the first `*` and after the last has these lengths. */
interface Shape<T> {
  readonly before: number;
  readonly after: number;
  readonly byEnds: Map<string, Indexed<T>[]>;
}

/**
 * Finds the patterns that a name meets without trying each: patterns are kept by what stands before their first `*` and
 * after their last, and a name is looked up once for each pair of lengths that occurs.
 */
export class GlobIndex<T> {
  readonly #patterns = new Set<string>();
  readonly #shapes = new Map<string, Shape<T>>();

  has(pattern: string): boolean {
    return this.#patterns.has(pattern);
  }

  add(pattern: string, entry: T): void {
    this.#patterns.add(pattern);
    const before = pattern.slice(0, pattern.indexOf('*'));
    const after = pattern.slice(pattern.lastIndexOf('*') + 1);
    const key = `${String(before.length)} ${String(after.length)}`;
    const shape = this.#shapes.get(key) ?? { before: before.length, after: after.length, byEnds: new Map<string, Indexed<T>[]>() };
    this.#shapes.set(key, shape);
    const ends = endsOf(before, after);
    const indexed = { glob: new Glob(pattern), entry };
    const known = shape.byEnds.get(ends);
    if (known === undefined) shape.byEnds.set(ends, [indexed]);
    else known.push(indexed);
  }

  matching(name: string): T[] {
    const found: T[] = [];
    for (const { before, after, byEnds } of this.#shapes.values()) {
      if (name.length < before + after) continue;
      const candidates = byEnds.get(endsOf(name.slice(0, before), name.slice(name.length - after)));
      for (const { glob, entry } of candidates ?? []) if (glob.matches(name)) found.push(entry);
    }
    return found;
  }
}

/** `*` stands in no name, so the two ends cannot be confused. */
function endsOf(before: string, after: string): string {
  return `${before}*${after}`;
}
