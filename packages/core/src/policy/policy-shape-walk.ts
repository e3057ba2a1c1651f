import type { PolicyIssue } from '../errors.js';
import { readArgumentPath } from './argument-path.js';
import { nearestKey } from './nearest-key.js';
import { invalidPolicy, issueAt, type Fault } from './policy-fault.js';
import { describe, quote, type ListNode, type MapEntry, type MapNode, type Place, type PolicyNode } from './policy-node.js';
import { keysOf, type KeyInfo, type Names, type SchemaClass } from './schema/key.js';
import { PolicySchema, RulesSchema } from './schema/policy.schema.js';
import { readToolPattern } from './tool-name.js';

/**
 * Checks the keys and the kinds of one document and returns it with canonical keys: aliases renamed, rules that stand at
 * the top level put under `rules`, single values put into their lists, tools in canonical spelling. What is wrong goes
 * to `issues` and is left out.
 */
export function shapeDocument(document: PolicyNode, issues: PolicyIssue[]): MapNode {
  const shaped = new ShapeWalk(issues).block(document, PolicySchema);
  if (shaped === undefined) throw invalidPolicy(document.place.file, issues);
  return shaped;
}

const maxGuesses = 1000;

/** A block while it is put together; `rules` can be filled from several places. */
type Entries = Map<string, MapEntry>;

class ShapeWalk {
  readonly #issues: PolicyIssue[];
  #guesses = 0;

  constructor(issues: PolicyIssue[]) {
    this.#issues = issues;
  }

  block(node: PolicyNode, schema: SchemaClass): MapNode | undefined {
    if (node.kind !== 'map') {
      this.#wrongKind(node, 'a map');
      return undefined;
    }
    const entries: Entries = new Map();
    for (const [written, entry] of node.entries) {
      const key = find(schema, written);
      if (key !== undefined) this.#keep(entries, key, entry);
      else if (schema === PolicySchema) this.#hoist(entries, written, entry);
      else this.#unknown(written, schema, entry.keyPlace);
    }
    this.#fillStandard(entries, node.place, schema);
    return { kind: 'map', place: node.place, entries };
  }

  #keep(entries: Entries, key: KeyInfo, { keyPlace, node }: MapEntry): void {
    const shaped = this.#shaped(node, key);
    if (shaped === undefined) return;
    if (key.folds === undefined || shaped.kind !== 'map') {
      this.#put(entries, [key.name], { keyPlace, node: shaped });
      return;
    }
    for (const [inner, entry] of shaped.entries) {
      const home = Object.hasOwn(key.folds, inner) ? (key.folds[inner] ?? inner) : inner;
      this.#put(entries, home.split('.'), entry);
    }
  }

  /** Rules at the top level, as older files have them. */
  #hoist(entries: Entries, written: string, entry: MapEntry): void {
    const key = find(RulesSchema, written);
    if (key === undefined) {
      this.#unknown(written, PolicySchema, entry.keyPlace);
      return;
    }
    const rules: Entries = new Map();
    this.#keep(rules, key, entry);
    for (const [name, rule] of rules) this.#put(entries, ['rules', name], rule);
  }

  #shaped(node: PolicyNode, key: KeyInfo): PolicyNode | undefined {
    if (isNull(node)) return key.nullable === true ? node : this.#value(node, key);
    if ('block' in key) return this.block(node, key.block());
    if ('blocks' in key) return this.#blocks(node, key.blocks(), key.short);
    if ('table' in key) return this.#table(node, key.of, (value) => this.block(value, key.table()));
    if ('values' in key) return this.#table(node, key.of, (value) => this.#scalar(value, key.values.expected));
    if ('lists' in key) return this.#table(node, key.of, (value) => this.#some(value, key.lists.expected));
    if ('some' in key) return this.#some(node, key.some.expected);
    return this.#value(node, key);
  }

  #value(node: PolicyNode, key: KeyInfo): PolicyNode | undefined {
    if ('value' in key) {
      if (isNull(node) && key.value(null) !== undefined) return this.#wrongKind(node, key.value.expected);
      const scalar = this.#scalar(node, key.value.expected);
      // The source tells 1.10 from 1.1, which as numbers are one.
      if (key.name !== 'version' || scalar?.kind !== 'scalar' || typeof scalar.value !== 'number' || !Number.isFinite(scalar.value)) return scalar;
      return { ...scalar, value: scalar.text ?? String(scalar.value) };
    }
    if ('list' in key && node.kind === 'list') return this.#plainList(node, key.list.expected);
    const expected = 'list' in key ? `a list: ${key.list.expected}` : 'some' in key ? key.some.expected : 'blocks' in key ? 'a list' : 'a map';
    return this.#wrongKind(node, expected);
  }

  #scalar(node: PolicyNode, expected: string): PolicyNode | undefined {
    return node.kind === 'scalar' ? node : this.#wrongKind(node, expected);
  }

  /** A list, or one value that stands for a list of it. */
  #some(node: PolicyNode, expected: string): PolicyNode | undefined {
    if (node.kind === 'list') return this.#plainList(node, expected);
    if (node.kind !== 'scalar' || node.value === null) return this.#wrongKind(node, expected);
    return { kind: 'list', place: node.place, items: [node] };
  }

  #plainList(node: ListNode, expected: string): ListNode | undefined {
    const wrong = node.items.filter((item) => item.kind !== 'scalar');
    for (const item of wrong) this.#wrongKind(item, expected);
    return wrong.length === 0 ? node : undefined;
  }

  #blocks(node: PolicyNode, schema: SchemaClass, short: string | undefined): PolicyNode | undefined {
    if (node.kind !== 'list') return this.#wrongKind(node, 'a list');
    const items = node.items.map((item) => {
      if (short === undefined || item.kind !== 'scalar' || item.value === null) return this.block(item, schema);
      return shortFor(item, short);
    });
    return { kind: 'list', place: node.place, items: items.filter((item) => item !== undefined) };
  }

  #table(node: PolicyNode, of: Names, shape: (value: PolicyNode) => PolicyNode | undefined): MapNode | undefined {
    if (node.kind !== 'map') return this.#wrongKind(node, `a map from ${of === 'words' ? 'names' : of} to what holds for them`);
    const entries: Entries = new Map();
    for (const [written, { keyPlace, node: value }] of node.entries) {
      const name = this.#entryName(written, of, keyPlace);
      const shaped = shape(value);
      if (name !== undefined && shaped !== undefined) this.#put(entries, [name], { keyPlace, node: shaped });
    }
    return { kind: 'map', place: node.place, entries, isTable: true };
  }

  #entryName(written: string, of: Names, place: Place): string | undefined {
    if (of === 'words') return written;
    if (of === 'arguments') {
      const { fault } = readArgumentPath(written);
      if (fault === undefined) return written;
      this.#report(place, { message: `${quote(written)} is no path of an argument: ${fault}`, expected: 'a path such as to or filters[*].value' });
      return undefined;
    }
    const { canonical, fault } = readToolPattern(written);
    if (fault !== undefined) this.#report(place, { message: `${quote(written)} is no tool name: ${fault}` });
    return canonical;
  }

  /** What a block has where a list in it is missing is written into it, so that merging cannot lose it. */
  #fillStandard(entries: Entries, place: Place, schema: SchemaClass): void {
    for (const key of keysOf(schema).values()) {
      if (!('blocks' in key) || key.standard === undefined || key.short === undefined) continue;
      // An empty list names no rules of its own; as in the reference, it is not a way to turn all of them off.
      const own = entries.get(key.name)?.node;
      if (own !== undefined && (own.kind !== 'list' || own.items.length > 0)) continue;
      const enabled = entries.get('enabled')?.node;
      if (enabled?.kind === 'scalar' && enabled.value === false) continue;
      const { short } = key;
      const items = key.standard.map((value) => shortFor({ kind: 'scalar', place, value }, short));
      entries.set(key.name, { keyPlace: place, node: { kind: 'list', place, items } });
    }
  }

  #put(entries: Entries, [key = '', ...below]: readonly string[], entry: MapEntry): void {
    const first = entries.get(key);
    if (below.length > 0) {
      const inner: Entries = new Map(first?.node.kind === 'map' ? first.node.entries : []);
      this.#put(inner, below, entry);
      const place = first?.node.place ?? entry.keyPlace;
      entries.set(key, { keyPlace: first?.keyPlace ?? entry.keyPlace, node: { kind: 'map', place, entries: inner } });
    } else if (first === undefined) {
      entries.set(key, entry);
    } else if (key === 'rules' && first.node.kind === 'map' && entry.node.kind === 'map') {
      // Rules were found at the top level before `rules` itself.
      const inner: Entries = new Map(first.node.entries);
      for (const [name, rule] of entry.node.entries) this.#put(inner, [name], rule);
      entries.set(key, { keyPlace: entry.keyPlace, node: { ...entry.node, entries: inner } });
    } else {
      const where = first.keyPlace.line === 0 ? '' : ` on line ${String(first.keyPlace.line)}`;
      this.#report(entry.keyPlace, { message: `says again what "${first.keyPlace.path}"${where} says`, expected: 'one of the two' });
    }
  }

  #unknown(written: string, schema: SchemaClass, place: Place): void {
    const home = homeOf(written);
    if (home !== undefined) {
      this.#report(place, { message: `this key belongs ${home}` });
      return;
    }
    const known = [...keysOf(schema).keys()];
    // A guess costs time, and nobody reads the thousandth.
    const nearest = this.#guesses++ < maxGuesses ? nearestKey(written, known) : undefined;
    this.#report(place, nearest === undefined ? { message: 'unknown key', expected: `one of ${known.join(', ')}` } : { message: 'unknown key', nearest });
  }

  /** Tells it, and stands for the value that is left out. */
  #wrongKind(node: PolicyNode, expected: string): MapNode | undefined {
    this.#report(node.place, { message: `got ${describe(node)}`, expected });
    return undefined;
  }

  #report(place: Place, fault: Fault): void {
    this.#issues.push(issueAt(place, fault));
  }
}

function find(schema: SchemaClass, written: string): KeyInfo | undefined {
  const keys = keysOf(schema);
  return keys.get(written) ?? [...keys.values()].find(({ aliases }) => aliases?.includes(written) === true);
}

/** Where a known key belongs that stands in the wrong map, or nothing for a key that no map knows. */
function homeOf(written: string): string | undefined {
  if (keysOf(PolicySchema).has(written)) return 'at the top level';
  const key = find(RulesSchema, written);
  return key === undefined ? undefined : `under rules, as rules.${key.name}`;
}

function shortFor(node: PolicyNode, key: string): MapNode {
  return { kind: 'map', place: node.place, entries: new Map([[key, { keyPlace: node.place, node }]]) };
}

function isNull(node: PolicyNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}
