import { EVENT_ID, SCALAR_STYLE, defineMappingTag, getScalarValue, type Event as YamlEvent } from 'js-yaml';
import type { PolicyIssue } from '../errors.js';
import { issueAt, loadFault, type Fault, type LocatedLoadError } from './policy-fault.js';
import { itemPath, maxPolicyValues, memberPath, quote, type MapEntry, type MapNode, type Place, type PlainScalar, type PolicyNode } from './policy-node.js';
import type { YamlLines } from './yaml-lines.js';

/** A mapping as its pairs, in the order of the events and with duplicates kept, so that all of them can be reported. */
class Pairs {
  readonly list: (readonly [key: unknown, value: unknown])[] = [];
}

/** Makes YAML mappings into `Pairs`. */
export const pairsTag = defineMappingTag<Pairs>('tag:yaml.org,2002:map', {
  create: () => new Pairs(),
  addPair: (pairs, key, value) => {
    pairs.list.push([key, value]);
    return '';
  },
  has: () => false,
  keys: (pairs) => pairs.list.map(([key]) => key),
  get: (pairs, key) => pairs.list.find(([name]) => name === key)?.[1],
  identify: () => false,
});

/** Walks the events, which know the offsets, in step with the values, which know the types. */
export class EventWalk {
  readonly #events: readonly YamlEvent[];
  readonly #source: string;
  readonly #file: string;
  readonly #lines: YamlLines;
  readonly #issues: PolicyIssue[];
  /** What each anchor named last. */
  readonly #anchors = new Map<string, { readonly node: PolicyNode; readonly size: number }>();
  #next = 0;
  #size = 0;

  constructor(events: readonly YamlEvent[], source: string, file: string, lines: YamlLines, issues: PolicyIssue[]) {
    this.#events = events;
    this.#source = source;
    this.#file = file;
    this.#lines = lines;
    this.#issues = issues;
  }

  document(values: readonly unknown[]): PolicyNode {
    const start = { file: this.#file, line: 1, column: 1, path: '' };
    if (values.length === 0) throw this.#fault(start, 'the file is empty', 'a policy with at least a name');
    this.#take();
    const node = this.#node(values[0], '', start);
    this.#take();
    const second = this.#events[this.#next + 1];
    if (second === undefined) return node;
    throw this.#fault(this.#place(second, '', start), 'a second YAML document starts here', 'one document for each policy file');
  }

  #take(): YamlEvent | undefined {
    return this.#events[this.#next++];
  }

  #node(value: unknown, path: string, fallback: Place): PolicyNode {
    const event = this.#take();
    if (event?.type === EVENT_ID.ALIAS) return this.#repeated(event, path, fallback);
    const before = this.#size;
    const node = this.#written(event, value, path, fallback);
    // Named only when it is complete, so that nothing can hold itself.
    const anchor = event === undefined ? '' : anchorOf(event, this.#source);
    if (anchor !== '') this.#anchors.set(anchor, { node, size: this.#size - before });
    return node;
  }

  #repeated(event: YamlEvent & { readonly type: typeof EVENT_ID.ALIAS }, path: string, fallback: Place): PolicyNode {
    const name = this.#source.slice(event.anchorStart, event.anchorEnd);
    const place = { file: this.#file, ...this.#lines.at(event.anchorStart), path };
    const anchored = this.#anchors.get(name);
    if (anchored === undefined) throw this.#fault(place, `the alias *${name} stands inside what it names`, 'the value written out');
    this.#count(anchored.size, fallback);
    return anchored.node;
  }

  #count(values: number, place: Place): void {
    this.#size += values;
    if (this.#size > maxPolicyValues) throw this.#fault(place, 'the document has too many values', `at most ${String(maxPolicyValues)}`);
  }

  #written(event: YamlEvent | undefined, value: unknown, path: string, fallback: Place): PolicyNode {
    const place = this.#place(event, path, fallback);
    this.#count(1, place);
    if (event?.type === EVENT_ID.MAPPING && value instanceof Pairs) return this.#map(value, place);
    if (event?.type === EVENT_ID.SEQUENCE && Array.isArray(value)) {
      const items = value.map((item: unknown, index) => this.#node(item, itemPath(path, index), place));
      this.#take();
      return { kind: 'list', place, items };
    }
    if (event?.type === EVENT_ID.SCALAR && isScalar(value)) {
      const plain = event.style === SCALAR_STYLE.PLAIN && event.valueStart >= 0;
      return { kind: 'scalar', place, value, ...(plain ? { text: getScalarValue(this.#source, event) } : {}) };
    }
    throw this.#fault(place, 'the YAML tag does not fit its value', 'the value without a tag');
  }

  #map(pairs: Pairs, place: Place): PolicyNode {
    const entries = new Map<string, MapEntry>();
    const merged: MapNode[] = [];
    for (const [, value] of pairs.list) {
      const keyEvent = this.#take();
      const at = this.#place(keyEvent, place.path, place);
      if (keyEvent?.type !== EVENT_ID.SCALAR) throw this.#fault(at, 'a list or map stands where a key belongs', 'a plain name');
      const key = getScalarValue(this.#source, keyEvent);
      const keyPlace = { ...at, path: memberPath(place.path, key) };
      const first = entries.get(key);
      const node = this.#node(value, keyPlace.path, keyPlace);
      if (key === '<<') {
        merged.push(...this.#mergedMaps(node, keyPlace));
        continue;
      }
      if (first === undefined) entries.set(key, { keyPlace, node });
      else this.#issues.push(issueAt(keyPlace, duplicateKey(key, first.keyPlace.line)));
    }
    this.#take();
    // YAML 1.1's merge key, which older files use: what the map says itself goes before, and earlier maps before later.
    for (const map of merged) for (const [key, entry] of map.entries) if (!entries.has(key)) entries.set(key, entry);
    return { kind: 'map', place, entries };
  }

  #mergedMaps(node: PolicyNode, place: Place): MapNode[] {
    const nodes = node.kind === 'list' ? node.items : [node];
    return nodes.map((one) => {
      if (one.kind !== 'map') throw this.#fault(place, 'what << takes in is no map', 'a map, or a list of maps');
      this.#count(one.entries.size, place);
      return one;
    });
  }

  #place(event: YamlEvent | undefined, path: string, fallback: Place): Place {
    const offset = event === undefined ? -1 : startOf(event);
    return offset < 0 ? { ...fallback, path } : { file: this.#file, ...this.#lines.at(offset), path };
  }

  #fault(place: Place, message: string, expected: string): LocatedLoadError {
    return loadFault(place, { message, expected });
  }
}

function anchorOf(event: YamlEvent, source: string): string {
  return 'anchorStart' in event && event.anchorStart >= 0 ? source.slice(event.anchorStart, event.anchorEnd) : '';
}

function duplicateKey(key: string, line: number): Fault {
  return { message: `the key ${quote(key)} is given twice, first on line ${String(line)}`, expected: 'each key once' };
}

function startOf(event: YamlEvent): number {
  switch (event.type) {
    case EVENT_ID.SCALAR: {
      if (event.tagStart >= 0) return event.tagStart;
      // The offsets of a quoted scalar leave its quotes out; a person counts from the quote.
      const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
      return quoted ? event.valueStart - 1 : event.valueStart;
    }
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING:
      return event.tagStart >= 0 ? event.tagStart : event.start;
    case EVENT_ID.ALIAS:
    case EVENT_ID.DOCUMENT:
    case EVENT_ID.POP:
      return -1;
  }
}

function isScalar(value: unknown): value is PlainScalar {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
