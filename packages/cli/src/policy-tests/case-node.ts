import type { MapNode, Place as PolicyPlace, PlainScalar, PolicyNode } from '@enforcecore/core';

/** Where something stands in a file of cases; both are 1-based, columns in UTF-16 units. */
export type Place = Pick<PolicyPlace, 'line' | 'column'>;

export type CaseScalar = PlainScalar;
export type CaseMap = MapNode;

/** A value of a file of cases, and where it was written. */
export type CaseNode = PolicyNode;

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
    case 'foreign':
      return null;
  }
}
