import { isRecord } from '../is-record.js';
import type { Work } from './work.js';

/** What writing down one thing that is wrong costs. */
export const errorSteps = 100;
const ownSteps = 20;
const keywordSteps = 8;
const nameSteps = 4;

type Node = Readonly<Record<string, unknown>>;

/**
 * Counts one check of a value by one schema, without what the schemas inside it and the keywords of ours count themselves: the
 * schema's own words, and the names, keys and items that it goes through one by one.
 */
export function stepsOf(node: Node, work: Work): (data: unknown) => void {
  const own = ownSteps + Object.keys(node).length * keywordSteps + declared(node);
  const required: readonly unknown[] = Array.isArray(node['required']) ? node['required'] : [];
  const perKey = eachOf(node, ['additionalProperties', 'unevaluatedProperties', 'propertyNames', 'patternProperties']);
  const perItem = eachOf(node, ['items', 'contains', 'unevaluatedItems']);
  return (data) => {
    work.spend(own);
    if (Array.isArray(data)) work.spend(data.length * perItem * errorSteps);
    else if (typeof data === 'object' && data !== null) ofRecord(data);
  };

  function ofRecord(data: object): void {
    if (perKey > 0) work.spend(work.keysOf(data).steps * perKey);
    for (const name of required) work.spend(Object.hasOwn(data, String(name)) ? nameSteps : errorSteps);
  }
}

function declared(node: Node): number {
  const tables = ['properties', 'dependentSchemas'].map((keyword) => node[keyword]).filter(isRecord);
  const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems'].map((keyword) => node[keyword]).flatMap((list: unknown): readonly unknown[] => (Array.isArray(list) ? list : []));
  const schemas = [...tables.flatMap((table) => Object.values(table)), ...lists];
  return schemas.reduce<number>((steps, schema) => steps + (schema === false ? errorSteps : nameSteps), 0);
}

/** For each key or item there may be one error; or less, where the schema for it counts for itself. */
function eachOf(node: Node, keywords: readonly string[]): number {
  const weights: number[] = keywords.filter((keyword) => Object.hasOwn(node, keyword)).map((keyword) => (node[keyword] === false ? 1 : 0.1));
  return weights.reduce((sum, weight) => sum + weight, 0);
}
