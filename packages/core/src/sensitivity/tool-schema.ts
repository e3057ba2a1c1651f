import { types } from 'node:util';
import { PolicyError } from '../errors.js';
import { pathOf } from '../policy/argument-path.js';
import { eachPath } from './label-path.js';
import { readRank, sensitivityLevel, sensitivityViolation, type SensitivityViolation, type SensitivityWord } from './labels.js';
import { isPlainObject, plainMembers, type PlainMembers } from './plain-object.js';

const maxDepth = 64;
const maxNodes = 100_000;

/** Where the parameters stand: plainly, in MCP's `Tool` and in the two common ways to tell models of tools. */
const parameterKeys = ['parameters', 'inputSchema', 'input_schema'];

/**
 * The parameters of a tool's schema that are more sensitive than both its own clearance (`clearance`, `internal` by
 * default) and the policy's allow: the lower of the two counts. Levels stand in `sensitivity` or `x-sensitivity`, beside a
 * parameter or anywhere in a JSON Schema of them; `$ref` is not followed, but what it can point at inside is read.
 *
 * @throws PolicyError `POLICY_INVALID` for an unknown level, and for a schema that is no plain, finite data.
 */
export function checkToolSchemaSensitivity(schema: object, policyClearance: SensitivityWord): readonly SensitivityViolation[] {
  const members = plainMembers(schema, 'the schema');
  const inner = members.get('function');
  const tools = inner === undefined ? [members] : [members, plainMembers(inner, 'the function of the schema')];
  const stated = tools.flatMap((tool) => tool.get('clearance') ?? []).map((word) => readRank(word, 'the clearance of the schema'));
  const own = stated.length === 0 ? [sensitivityLevel('internal')] : stated;
  const clearance = Math.min(readRank(policyClearance, 'the clearance of the policy'), ...own);
  const walk = new SchemaWalk();
  for (const tool of tools) {
    for (const key of parameterKeys) {
      if (tool.has(key)) walk.parameters(tool.get(key));
    }
  }
  return [...walk.found].flatMap(([field, rank]) => (rank > clearance ? [sensitivityViolation(field, rank, clearance)] : []));
}

const levelKeys = ['sensitivity', 'x-sensitivity'];
/** Keywords whose schemas are for members of a list, for members of unknown names, and for the same value. */
const itemKeywords = new Set(['items', 'prefixItems', 'additionalItems', 'unevaluatedItems', 'contains']);
const anyMemberKeywords = new Set(['additionalProperties', 'unevaluatedProperties']);
const sameValueKeywords = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else']);
/** Keywords with data in them and not schemas. */
const dataKeywords = new Set(['default', 'const', 'enum', 'examples', 'example']);

class SchemaWalk {
  /** The highest rank by path. */
  readonly found = new Map<string, number>();
  readonly #open = new Set<object>();
  #nodes = 0;

  parameters(value: unknown): void {
    if (value === undefined || value === null) return;
    this.#inside(value, () => {
      const members = plainMembers(value, 'the parameters of the schema');
      if (isJsonSchema(members)) this.#schema(members, '');
      else this.#named(members);
    });
  }

  /** Parameters by name, without the words of JSON Schema around them; a level among them is for all of them. */
  #named(members: PlainMembers): void {
    for (const [name, value] of members) {
      if (levelKeys.includes(name) && typeof value === 'string') this.#label('*', readRank(value, 'a level in the schema'));
      else this.#schemas(value, pathOf('', name));
    }
  }

  #schema(members: PlainMembers, path: string): void {
    for (const [key, value] of members) {
      if (value === undefined) continue;
      if (levelKeys.includes(key)) this.#label(path === '' ? '*' : path, readRank(value, 'a level in the schema'));
      else if (key === 'properties') this.#fieldsOf(value, path);
      else if (key === 'patternProperties') this.#each(value, eachPath(path));
      else if (key === 'dependentSchemas') this.#each(value, path);
      else if (itemKeywords.has(key) || anyMemberKeywords.has(key)) this.#schemas(value, eachPath(path));
      else if (sameValueKeywords.has(key)) this.#schemas(value, path);
      else if (!dataKeywords.has(key)) this.#schemas(value, pathOf(path, key)); // definitions, and parameters without keywords
    }
  }

  #fieldsOf(value: unknown, path: string): void {
    this.#inside(value, () => {
      for (const [name, schema] of plainMembers(value, 'properties')) this.#schemas(schema, pathOf(path, name));
    });
  }

  #each(value: unknown, path: string): void {
    this.#inside(value, () => {
      for (const schema of plainMembers(value, 'a keyword of the schema').values()) this.#schemas(schema, path);
    });
  }

  /** A schema, a list of them, or a value that is neither and says nothing of sensitivity. */
  #schemas(value: unknown, path: string): void {
    if (typeof value !== 'object' || value === null) return;
    this.#inside(value, () => {
      if (!Array.isArray(value)) this.#schema(plainMembers(value, 'a parameter of the schema'), path);
      else if (value.length > maxNodes) throw invalid(`has a list of more than ${String(maxNodes)} items`);
      else for (let i = 0; i < value.length; i += 1) this.#schemas(itemAt(value, i), path);
    });
  }

  #inside(value: unknown, read: () => void): void {
    if (typeof value !== 'object' || value === null) throw invalid('has something else where an object belongs');
    if (types.isProxy(value)) throw invalid('has a proxy in it');
    if (this.#open.has(value)) throw invalid('contains itself');
    if (this.#open.size >= maxDepth) throw invalid(`is nested deeper than ${String(maxDepth)} levels`);
    this.#nodes += 1;
    if (this.#nodes > maxNodes) throw invalid(`has more than ${String(maxNodes)} parts`);
    this.#open.add(value);
    read();
    this.#open.delete(value);
  }

  #label(path: string, rank: number): void {
    this.found.set(path, Math.max(rank, this.found.get(path) ?? 0));
  }
}

/** A map of parameters by name may have one named `properties`: what stands in it then is no map of schemas. */
function isJsonSchema(members: PlainMembers): boolean {
  const properties = members.get('properties');
  if (isPlainObject(properties)) {
    const inner = [...plainMembers(properties, 'properties').values()];
    return inner.every((value) => typeof value === 'boolean' || isPlainObject(value));
  }
  return typeof members.get('type') === 'string' || sameValueKeywordsIn(members);
}

function sameValueKeywordsIn(members: PlainMembers): boolean {
  return [...members].some(([key, value]) => sameValueKeywords.has(key) && Array.isArray(value));
}

function itemAt(list: object, index: number): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(list, index);
  if (descriptor !== undefined && !('value' in descriptor)) throw invalid('has an item that a getter computes');
  return descriptor?.value;
}

function invalid(what: string): PolicyError {
  return new PolicyError('POLICY_INVALID', `the schema ${what}`);
}
