/** Where something stands in a policy document; line and column are 1-based, 0 where a document has no lines. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The path as the author wrote it, aliases included. */
  readonly path: string;
}

/** Deeper or larger documents are refused before they cost time or stack: no policy for people comes near. */
export const maxPolicyDepth = 32;
export const maxPolicyValues = 100_000;

export type PlainScalar = string | number | boolean | null;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: PlainScalar;
  /** The source text of an unquoted scalar: a version written `1.10` is not the number 1.1. */
  readonly text?: string;
}

export interface ListNode {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly PolicyNode[];
}

export interface MapEntry {
  readonly keyPlace: Place;
  readonly node: PolicyNode;
}

export interface MapNode {
  readonly kind: 'map';
  readonly place: Place;
  /** A Map and not an object, so that `__proto__` is a name like any other. */
  readonly entries: ReadonlyMap<string, MapEntry>;
  /** True for a map whose keys are names of tools. */
  readonly isTable?: true;
}

/** A value that no policy can hold, such as a function; only documents given as objects have them. */
export interface ForeignNode {
  readonly kind: 'foreign';
  readonly place: Place;
  readonly what: string;
}

/** A policy document before it has a meaning: values, and where each was written. */
export type PolicyNode = ScalarNode | ListNode | MapNode | ForeignNode;

export type PlainValue = PlainScalar | readonly PlainValue[] | { readonly [key: string]: PlainValue };

const plainKey = /^[A-Za-z_][\w-]{0,59}$/;

export function memberPath(parent: string, key: string): string {
  if (!plainKey.test(key)) return `${parent}[${quote(key)}]`;
  return parent === '' ? key : `${parent}.${key}`;
}

export function itemPath(parent: string, index: number): string {
  return `${parent}[${String(index)}]`;
}

export function toPlain(node: PolicyNode): PlainValue {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return Object.freeze(node.items.map(toPlain));
    case 'map':
      // fromEntries defines own properties: `__proto__` becomes a key, not a prototype.
      return Object.freeze(Object.fromEntries([...node.entries].map(([key, { node: member }]) => [key, toPlain(member)])));
    case 'foreign':
      return null;
  }
}

/** The node at a path of keys and indexes, or the deepest one that exists on the way. */
export function nodeAt(root: PolicyNode, path: readonly string[]): PolicyNode {
  let node = root;
  for (const step of path) {
    const next = node.kind === 'map' ? node.entries.get(step)?.node : node.kind === 'list' ? node.items[Number(step)] : undefined;
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

export function describe(node: PolicyNode): string {
  switch (node.kind) {
    case 'scalar':
      return describeScalar(node.value);
    case 'list':
      return 'a list';
    case 'map':
      return 'a map';
    case 'foreign':
      return node.what;
  }
}

export function describeScalar(value: PlainScalar): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string') return `the text ${quote(value)}`;
  return typeof value === 'number' ? `the number ${String(value)}` : String(value);
}

/** Text of a document as a message may repeat it: too short to flood a log, without characters that act on a terminal. */
export function quote(text: string): string {
  return printable(JSON.stringify(text.length <= 60 ? text : `${text.slice(0, 57)}...`));
}

export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}
