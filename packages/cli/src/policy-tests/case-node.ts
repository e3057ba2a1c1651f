/** Where something stands in a file of cases; both are 1-based, columns in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export type CaseScalar = string | number | boolean | null;

export interface CaseMap {
  readonly kind: 'map';
  readonly place: Place;
  /** A Map and not an object, so that `__proto__` is a name like any other. */
  readonly entries: ReadonlyMap<string, { readonly place: Place; readonly node: CaseNode }>;
}

/** A value of a file of cases, and where it was written. */
export type CaseNode =
  | { readonly kind: 'scalar'; readonly place: Place; readonly value: CaseScalar }
  | { readonly kind: 'list'; readonly place: Place; readonly items: readonly CaseNode[] }
  | CaseMap;

/** The value as a tool would get it. */
export function valueOf(node: CaseNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(valueOf);
    case 'map':
      // fromEntries defines own properties: `__proto__` becomes a key, not a prototype.
      return Object.fromEntries([...node.entries].map(([key, { node: member }]) => [key, valueOf(member)]));
  }
}
