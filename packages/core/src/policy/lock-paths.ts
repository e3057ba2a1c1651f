import type { PolicyIssue } from '../errors.js';
import { member } from './lock-report.js';
import { nearestKey } from './nearest-key.js';
import { issueAt, type Fault } from './policy-fault.js';
import { quote, type MapNode, type Place, type PolicyNode } from './policy-node.js';
import { keysOf, type KeyInfo, type Names, type SchemaClass } from './schema/key.js';
import { PolicySchema, RulesSchema } from './schema/policy.schema.js';

/** What a document locks: everything from here on, or some of what is below. */
export interface LockTree {
  /** Where the lock is written. */
  readonly place: Place;
  readonly whole: boolean;
  readonly below: ReadonlyMap<string, LockTree>;
}

/** The lock on a member, if there is one. */
export function lockOn(tree: LockTree, name: string): LockTree | undefined {
  return tree.whole ? tree : tree.below.get(name);
}

/**
 * Reads `locked` of a document. Tables have the entries of `merged`, which is the document laid over its parents: of
 * tools whose names hold dots, the longest that the path can mean is meant.
 */
export function readLocks(document: MapNode, merged: MapNode, issues: PolicyIssue[]): LockTree | undefined {
  const node = document.entries.get('locked')?.node;
  if (node?.kind !== 'list' || node.items.length === 0) return undefined;
  const tree = new GrowingTree(node.place);
  const reader = new PathReader(merged);
  for (const item of node.items) {
    if (item.kind !== 'scalar') continue;
    if (item.value === true) tree.lock([], item.place);
    // Anything else is refused with the other values of the document.
    if (typeof item.value !== 'string') continue;
    const { homes = [], fault } = reader.read(item.value.trim());
    if (fault !== undefined) issues.push(issueAt(item.place, fault));
    for (const home of homes) tree.lock(home, item.place);
  }
  // A rule that is only logged holds nobody: what says so is locked with the first lock.
  for (const key of ['mode', 'on_violation']) tree.lock([key], node.place);
  return tree;
}

class GrowingTree implements LockTree {
  readonly below = new Map<string, GrowingTree>();
  place: Place;
  whole = false;

  constructor(place: Place) {
    this.place = place;
  }

  lock([name, ...rest]: readonly string[], place: Place): void {
    if (name === undefined) {
      if (!this.whole) this.place = place;
      this.whole = true;
      return;
    }
    const member = this.below.get(name) ?? new GrowingTree(place);
    this.below.set(name, member);
    member.lock(rest, place);
  }
}

type Read = { readonly homes: readonly (readonly string[])[]; readonly fault?: undefined } | { readonly homes?: undefined; readonly fault: Fault };

/** Longer than any key and any tool's name together. */
const maxPathLength = 1024;
/** A guess costs time, and nobody reads the hundredth. */
const maxGuesses = 100;
const maxCandidates = 1000;

class PathReader {
  readonly #document: MapNode;
  #guesses = 0;

  constructor(document: MapNode) {
    this.#document = document;
  }

  read(path: string): Read {
    if (path.length > maxPathLength) return { fault: { message: `a path of ${String(path.length)} characters is no key`, expected } };
    return this.#block(path.split('.'), 0, PolicySchema, this.#document, []);
  }

  #block(words: readonly string[], at: number, schema: SchemaClass, node: PolicyNode | undefined, home: readonly string[]): Read {
    const word = words[at] ?? '';
    const key = find(schema, word);
    if (key !== undefined) return this.#key(words, at, key, node, home);
    // Rules may stand at the top level of a document, and so they may in a path.
    if (schema === PolicySchema && find(RulesSchema, word) !== undefined) {
      return this.#block(words, at, RulesSchema, member(node, 'rules'), ['rules']);
    }
    const known = schema === PolicySchema ? [...keysOf(schema).keys(), ...keysOf(RulesSchema).keys()] : [...keysOf(schema).keys()];
    return this.#unknown(words, at, known);
  }

  #key(words: readonly string[], at: number, key: KeyInfo, node: PolicyNode | undefined, home: readonly string[]): Read {
    if (key.folds !== undefined && 'block' in key) return this.#folded(words, at, key.folds, key.block(), home);
    const path = [...home, key.name];
    if (at + 1 === words.length) return { homes: [path] };
    const value = member(node, key.name);
    if ('block' in key) return this.#block(words, at + 1, key.block(), value, path);
    if ('table' in key) return this.#entry(words, at + 1, key.of, key.table(), value, path);
    if ('values' in key || 'lists' in key) return this.#entry(words, at + 1, key.of, undefined, value, path);
    return { fault: { message: `there are no keys in "${words.slice(0, at + 1).join('.')}"`, expected: `${path.join('.')}, which is locked as a whole` } };
  }

  /** Keys that belong to the map around their block. */
  #folded(words: readonly string[], at: number, folds: Readonly<Record<string, string>>, schema: SchemaClass, home: readonly string[]): Read {
    const homeOf = (name: string): readonly string[] => [...home, ...(Object.hasOwn(folds, name) ? (folds[name] ?? name) : name).split('.')];
    if (at + 1 === words.length) return { homes: [...keysOf(schema).keys()].map(homeOf) };
    const key = find(schema, words[at + 1] ?? '');
    if (key === undefined || at + 2 < words.length) return this.#unknown(words, at + 1, [...keysOf(schema).keys()]);
    return { homes: [homeOf(key.name)] };
  }

  #entry(words: readonly string[], at: number, of: Names, schema: SchemaClass | undefined, node: PolicyNode | undefined, home: readonly string[]): Read {
    const entries = node?.kind === 'map' ? node.entries : new Map<string, never>();
    for (let end = words.length; end > at; end--) {
      const written = words.slice(at, end).join('.');
      // Paths are ASCII, where lower case is all that there is to the canonical spelling of a tool.
      const name = of === 'tools' ? written.toLowerCase() : written;
      const entry = entries.get(name);
      if (entry === undefined) continue;
      if (end === words.length) return { homes: [[...home, name]] };
      if (schema !== undefined) return this.#block(words, end, schema, entry.node, [...home, name]);
    }
    // A lock on an entry that is not there would hold nothing, and look as if it did.
    const rest = words.slice(at).join('.');
    return this.#unknown([...words.slice(0, at), rest], at, entries.size > maxCandidates ? [] : [...entries.keys()], 'an entry that the table has');
  }

  #unknown(words: readonly string[], at: number, known: readonly string[], otherwise = expected): Read {
    const nearest = this.#guesses++ < maxGuesses ? nearestKey(words[at] ?? '', known) : undefined;
    const message = `${quote(words.slice(0, at + 1).join('.'))} is no key that can be locked`;
    if (nearest === undefined) return { fault: { message, expected: otherwise } };
    return { fault: { message, nearest: [...words.slice(0, at), nearest].join('.') } };
  }
}

const expected = 'the path of a key, such as rules.network';

function find(schema: SchemaClass, word: string): KeyInfo | undefined {
  const keys = keysOf(schema);
  return keys.get(word) ?? [...keys.values()].find(({ aliases }) => aliases?.includes(word) === true);
}
