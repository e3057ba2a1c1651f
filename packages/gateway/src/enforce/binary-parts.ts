/** Sorts of content that is no text. Each has a name that policies allow or deny: `content:image`. */
export type BinarySort = 'image' | 'audio' | 'blob';

type Box = Record<string, unknown>;

interface Part {
  readonly sort: BinarySort;
  readonly path: readonly (string | number)[];
  readonly data: string;
}

const base64 = /^[A-Za-z0-9+/\r\n]*={0,2}\s*$/;

/**
 * Binary parts of one result. Nothing can be looked for in them, so they are taken out before a result is cleaned, which would
 * otherwise find card numbers in pictures, and put back, or not, by rule. What is not base64 stays, and is cleaned as text.
 */
export class BinaryParts {
  readonly #parts: Part[] = [];

  readonly #withheld = new Set<BinarySort>();

  get count(): number {
    return this.#parts.length;
  }

  /** Each sort that was taken out. */
  get sorts(): ReadonlySet<BinarySort> {
    return new Set(this.#parts.map(({ sort }) => sort));
  }

  /** Of this sort nothing is put back. */
  withhold(sort: BinarySort): void {
    this.#withheld.add(sort);
  }

  /** A copy of the result with the parts taken out. */
  take(result: Readonly<Box>): Box {
    const copy: Box = { ...result };
    for (const key of ['content', 'contents', 'messages'] as const) {
      if (Object.hasOwn(copy, key)) copy[key] = this.#walk(copy[key], [key]);
    }
    return copy;
  }

  /** Puts back what may pass, into a cleaned result; tells how many were withheld. */
  putBack(cleaned: Box): number {
    let withheld = 0;
    for (const { sort, path, data } of this.#parts) {
      const place = boxAt(cleaned, path);
      if (place === undefined) continue;
      if (!this.#withheld.has(sort)) {
        place[keyOf(sort)] = data;
      } else {
        withheld += 1;
        becomeNote(place, sort, data.length);
      }
    }
    return withheld;
  }

  #walk(value: unknown, path: readonly (string | number)[]): unknown {
    if (Array.isArray(value)) return value.map((item, i) => this.#walk(item, [...path, i]));
    if (!isBox(value)) return value;
    const copy: Box = { ...value };
    const sort = sortOf(copy, path[0]);
    const key = sort === undefined ? undefined : keyOf(sort);
    const data = key === undefined ? undefined : copy[key];
    if (sort !== undefined && key !== undefined && typeof data === 'string' && base64.test(data)) {
      this.#parts.push({ sort, path, data });
      copy[key] = '';
    }
    // Messages hold content, content holds resources, and results of tools within sampling hold content again.
    for (const inner of ['content', 'resource']) if (Object.hasOwn(copy, inner)) copy[inner] = this.#walk(copy[inner], [...path, inner]);
    return copy;
  }
}

function sortOf(box: Box, root: string | number | undefined): BinarySort | undefined {
  if (box['type'] === 'image' || box['type'] === 'audio') return box['type'];
  return typeof box['blob'] === 'string' && (root === 'contents' || box['type'] === undefined) ? 'blob' : undefined;
}

function keyOf(sort: BinarySort): 'data' | 'blob' {
  return sort === 'blob' ? 'blob' : 'data';
}

function becomeNote(place: Box, sort: BinarySort, chars: number): void {
  const text = `[${sort} of about ${Math.floor((chars * 3) / 4)} bytes withheld: the policy does not allow content:${sort}]`;
  const { uri } = place;
  for (const key of Object.keys(place)) Reflect.deleteProperty(place, key);
  Object.assign(place, sort === 'blob' ? { uri, mimeType: 'text/plain', text } : { type: 'text', text });
}

function boxAt(root: Box, path: readonly (string | number)[]): Box | undefined {
  let at: unknown = root;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step]; // an own property of an object or array
  }
  return isBox(at) ? at : undefined;
}

function isBox(value: unknown): value is Box {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
