import { isRecord } from '../is-record.js';

/** Keywords that hold one schema for the value itself, a list of such, or a table of such. */
const inPlace = { one: ['not', 'if', 'then', 'else'], list: ['allOf', 'anyOf', 'oneOf'], table: ['dependentSchemas'] } as const;
/** The same for what is inside the value. */
const inside = {
  one: ['additionalProperties', 'propertyNames', 'items', 'additionalItems', 'contains', 'unevaluatedItems', 'unevaluatedProperties'],
  list: ['prefixItems'],
  table: ['properties', 'patternProperties', '$defs', 'definitions'],
} as const;

export type SchemaNode = Record<string, unknown>;

export interface Subschema {
  readonly keyword: string;
  readonly value: unknown;
  /** Whether it is about the same value: in a circle of such, a check would never end. */
  readonly isInPlace: boolean;
}

/** The schemas directly inside a schema. */
export function subschemasOf(node: SchemaNode): readonly Subschema[] {
  return [...those(node, inPlace, true), ...those(node, inside, false)];
}

interface Places {
  readonly one: readonly string[];
  readonly list: readonly string[];
  readonly table: readonly string[];
}

function those(node: SchemaNode, places: Places, isInPlace: boolean): readonly Subschema[] {
  const found: Subschema[] = [];
  const add = (keyword: string, value: unknown): void => {
    found.push({ keyword, value, isInPlace });
  };
  for (const keyword of places.one) if (Object.hasOwn(node, keyword)) add(keyword, node[keyword]);
  for (const keyword of places.list) {
    const list = Object.hasOwn(node, keyword) ? node[keyword] : [];
    if (Array.isArray(list)) for (const value of list as readonly unknown[]) add(keyword, value);
  }
  for (const keyword of places.table) {
    const table = Object.hasOwn(node, keyword) ? node[keyword] : {};
    if (isRecord(table)) for (const value of Object.values(table)) add(keyword, value);
  }
  return found;
}
