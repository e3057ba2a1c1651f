import {
  CORE_SCHEMA, EVENT_ID, SCALAR_STYLE, YAMLException, constructFromEvents, defineMappingTag, getScalarValue, parseEvents, type Event as YamlEvent,
} from 'js-yaml';
import type { CaseNode, CaseScalar, Place } from './case-node.js';

export const maxCaseBytes = 4 * 1024 * 1024;
const maxDepth = 64;
const maxEvents = 1_000_000;

/** A fault that leaves nothing to read. */
export class CaseYamlFault extends Error {
  override name = 'CaseYamlFault';
  readonly place: Place | undefined;

  constructor(message: string, place?: Place, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.place = place;
  }
}

/** A mapping as the pairs of its values, so that they stay in step with the events; keys are read from the source. */
class Values {
  readonly list: unknown[] = [];
}

const schema = CORE_SCHEMA.withTags(
  defineMappingTag<Values>('tag:yaml.org,2002:map', {
    create: () => new Values(),
    addPair: (values, _key, value) => {
      values.list.push(value);
      return '';
    },
    has: () => false,
    keys: () => [],
    get: () => undefined,
    identify: () => false,
  }),
);

/**
 * Reads one YAML document into nodes with places. Aliases are refused, as in policies.
 *
 * @throws CaseYamlFault for text that is no single document.
 */
export function readCaseYaml(text: string): CaseNode {
  // The mark of byte order would shift every column of the first line.
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const lines = new Lines(source);
  try {
    const events = parseEvents(source, { maxDepth });
    if (events.length > maxEvents) throw new CaseYamlFault('the file has too many values');
    return new EventWalk(events, source, lines).document(constructFromEvents(events, { source, schema, maxAliases: 0 }));
  } catch (error) {
    throw faultOf(error, lines);
  }
}

function faultOf(error: unknown, lines: Lines): CaseYamlFault {
  if (error instanceof CaseYamlFault) return error;
  if (!(error instanceof YAMLException)) return new CaseYamlFault('the YAML cannot be read', undefined, error);
  const place = error.mark === undefined ? undefined : lines.at(error.mark.position);
  if (error.reason.startsWith('aliases exceeded')) return new CaseYamlFault('an alias (*name) is not allowed (expected the value written out)', place, error);
  if (error.reason.includes('maxDepth')) return new CaseYamlFault(`nested too deeply (expected at most ${String(maxDepth)} levels)`, place, error);
  return new CaseYamlFault(`not valid YAML: ${error.reason}`, place, error);
}

/** Walks the events, which know the offsets, in step with the values, which know the types. */
class EventWalk {
  readonly #events: readonly YamlEvent[];
  readonly #source: string;
  readonly #lines: Lines;
  #next = 0;

  constructor(events: readonly YamlEvent[], source: string, lines: Lines) {
    this.#events = events;
    this.#source = source;
    this.#lines = lines;
  }

  document(values: readonly unknown[]): CaseNode {
    if (values.length === 0) throw new CaseYamlFault('the file is empty');
    this.#take();
    const node = this.#node(values[0], { line: 1, column: 1 });
    this.#take();
    const second = this.#events[this.#next + 1];
    if (second === undefined) return node;
    throw new CaseYamlFault('a second YAML document starts here', this.#place(second, node.place));
  }

  #take(): YamlEvent | undefined {
    return this.#events[this.#next++];
  }

  #node(value: unknown, around: Place): CaseNode {
    const event = this.#take();
    const place = this.#place(event, around);
    if (event?.type === EVENT_ID.MAPPING && value instanceof Values) return this.#map(value, place);
    if (event?.type === EVENT_ID.SEQUENCE && Array.isArray(value)) {
      const items = value.map((item: unknown) => this.#node(item, place));
      this.#take();
      return { kind: 'list', place, items };
    }
    if (event?.type === EVENT_ID.SCALAR && isScalar(value)) return { kind: 'scalar', place, value };
    throw new CaseYamlFault('the YAML tag does not fit its value', place);
  }

  #map(values: Values, place: Place): CaseNode {
    const entries = new Map<string, { readonly place: Place; readonly node: CaseNode }>();
    for (const value of values.list) {
      const event = this.#take();
      const at = this.#place(event, place);
      if (event?.type !== EVENT_ID.SCALAR) throw new CaseYamlFault('a list or map stands where a key belongs', at);
      const key = getScalarValue(this.#source, event);
      if (entries.has(key)) throw new CaseYamlFault('a key is given twice', at);
      entries.set(key, { place: at, node: this.#node(value, at) });
    }
    this.#take();
    return { kind: 'map', place, entries };
  }

  #place(event: YamlEvent | undefined, around: Place): Place {
    const offset = event === undefined ? -1 : startOf(event);
    return offset < 0 ? around : this.#lines.at(offset);
  }
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

function isScalar(value: unknown): value is CaseScalar {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Turns offsets into lines and columns; lines end as YAML says: LF, CRLF or CR. */
class Lines {
  readonly #starts: readonly number[];

  constructor(text: string) {
    const starts = [0];
    for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/g)) starts.push(index + end.length);
    this.#starts = starts;
  }

  at(offset: number): Place {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}
