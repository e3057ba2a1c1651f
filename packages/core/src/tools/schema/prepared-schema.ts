import { compilePattern, PatternError } from '@enforcecore/redact/patterns';
import { EnforceCoreError, SettingsError } from '../../errors.js';
import { takeSnapshot } from '../../pipeline/snapshot.js';
import { deepFreeze } from '../deep-freeze.js';
import { isRecord } from '../is-record.js';
import type { JsonSchema } from '../tool-input.js';
import { workKeyword } from './keywords.js';
import { subschemasOf, type SchemaNode } from './subschemas.js';
import { visibleSchema } from './visible-schema.js';

/** Compiling takes about half a millisecond for each schema inside a schema. */
const maxSchemas = 1_000;
const limits = { maxBytes: 512 * 1024, maxNodes: 20_000, maxDepth: 64 };

export interface PreparedSchema {
  /** For the model: as given, frozen, of `type: object`. */
  readonly told: JsonSchema;
  /** For the validator. */
  readonly compiled: SchemaNode;
}

/**
 * Makes a schema ready to be compiled, whoever wrote it: copied, bounded, without what would reach outside of it, without
 * circles that a check would never leave, and with each step counted.
 *
 * @throws SettingsError
 */
export function prepareSchema(given: unknown, isTolerant: boolean): PreparedSchema {
  const told = visibleSchema(ofObjects(plainCopy(given)), isTolerant);
  const compiled = structuredClone(told) as SchemaNode; // a copy of plain data
  delete compiled['$schema'];
  delete compiled['$id'];
  new Preparation(compiled, isTolerant).run();
  return { told: deepFreeze(told), compiled };
}

function plainCopy(given: unknown): JsonSchema {
  let copy: unknown;
  try {
    [copy] = takeSnapshot([given], () => 'schema', () => false, limits);
  } catch (error) {
    if (!EnforceCoreError.is(error)) throw error;
    throw new SettingsError(`the JSON Schema cannot be used: ${error.message.replace(/; tools take.*/s, '')}`, { cause: error });
  }
  if (!isRecord(copy)) throw new SettingsError('a JSON Schema for arguments must be an object');
  return copy;
}

function ofObjects(schema: JsonSchema): JsonSchema {
  const type = schema['type'];
  if (type === 'object') return schema;
  if (type === undefined) return { type: 'object', ...schema };
  throw new SettingsError('a JSON Schema for arguments must be of type object: they are an object in which each has its name');
}

class Preparation {
  readonly #root: SchemaNode;
  readonly #isTolerant: boolean;
  #schemas = 0;
  /** Schemas that stand for the same value as the one that they are kept under. */
  readonly #samePlace = new Map<SchemaNode, SchemaNode[]>();

  constructor(root: SchemaNode, isTolerant: boolean) {
    this.#root = root;
    this.#isTolerant = isTolerant;
  }

  run(): void {
    this.#visit(this.#root);
    this.#refuseCircles();
    for (const node of this.#samePlace.keys()) node[workKeyword] = true;
  }

  #visit(node: SchemaNode): void {
    if (this.#samePlace.has(node)) return;
    this.#count();
    const same: SchemaNode[] = [];
    this.#samePlace.set(node, same);
    this.#modernise(node);
    this.#patterns(node);
    const target = this.#target(node);
    if (target !== undefined) {
      same.push(target);
      this.#visit(target);
    }
    for (const { keyword, value, isInPlace } of subschemasOf(node)) {
      if (typeof value === 'boolean') {
        this.#count();
        continue;
      }
      if (!isRecord(value)) refuse(`what stands under "${keyword}" is no schema`);
      if (isInPlace) same.push(value);
      this.#visit(value);
    }
  }

  #count(): void {
    this.#schemas += 1;
    if (this.#schemas > maxSchemas) refuse(`it has more than ${String(maxSchemas)} schemas in it`);
  }

  /** Drafts before 2020-12 have a list of schemas under `items`, and what must not be in a schema that stands alone. */
  #modernise(node: SchemaNode): void {
    for (const keyword of ['$dynamicRef', '$recursiveRef', '$vocabulary']) if (Object.hasOwn(node, keyword)) refuse(`it has "${keyword}", which is not supported`);
    if (node !== this.#root && Object.hasOwn(node, '$id')) refuse('it has "$id" inside, and is to stand alone');
    // The validator's own word: its checks would answer with promises, whatever is in the arguments.
    if (Object.hasOwn(node, '$async') && !this.#isTolerant) refuse('it has "$async", which JSON Schema does not know');
    for (const keyword of ['$async', '$anchor', '$dynamicAnchor', '$recursiveAnchor', '$comment', workKeyword]) Reflect.deleteProperty(node, keyword);
    splitDependencies(node);
    allowNull(node);
    if (!Array.isArray(node['items'])) return;
    node['prefixItems'] = node['items'];
    Reflect.deleteProperty(node, 'items');
    if (!Object.hasOwn(node, 'additionalItems')) return;
    node['items'] = node['additionalItems'];
    Reflect.deleteProperty(node, 'additionalItems');
  }

  #patterns(node: SchemaNode): void {
    const { pattern, patternProperties } = node;
    if (typeof pattern === 'string' && !this.#isUsable(pattern)) Reflect.deleteProperty(node, 'pattern');
    if (!isRecord(patternProperties)) return;
    const usable = Object.entries(patternProperties).filter(([source]) => this.#isUsable(source));
    if (usable.length === Object.keys(patternProperties).length) return;
    node['patternProperties'] = Object.fromEntries(usable);
    // Which keys those would have let in is not known, so none is shut out.
    Reflect.deleteProperty(node, 'additionalProperties');
    Reflect.deleteProperty(node, 'unevaluatedProperties');
  }

  #isUsable(source: string): boolean {
    try {
      compilePattern(source);
      return true;
    } catch (error) {
      if (this.#isTolerant) return false;
      refuse(`a pattern cannot be used: ${error instanceof PatternError ? error.message : 'it cannot be compiled'}`);
    }
  }

  #target(node: SchemaNode): SchemaNode | undefined {
    if (!Object.hasOwn(node, '$ref')) return undefined;
    const ref = node['$ref'];
    if (typeof ref !== 'string' || !/^#(?:\/|$)/.test(ref)) refuse('it has a "$ref" to outside of it; put what it needs under "$defs"');
    let value: unknown = this.#root;
    for (const step of ref.split('/').slice(1).map(pointerStep)) {
      value = (isRecord(value) || Array.isArray(value)) && Object.hasOwn(value, step) ? (value as Readonly<Record<string, unknown>>)[step] : undefined;
    }
    if (typeof value === 'boolean') return undefined;
    if (!isRecord(value)) refuse('it has a "$ref" to what is not there');
    return value;
  }

  /** A schema that comes back to itself without going into the value has no end. */
  #refuseCircles(): void {
    const done = new Set<SchemaNode>();
    const open = new Set<SchemaNode>();
    const enter = (node: SchemaNode): void => {
      if (done.has(node)) return;
      if (open.has(node)) refuse('it comes back to itself at the same value, which no check would ever end');
      open.add(node);
      for (const next of this.#samePlace.get(node) ?? []) enter(next);
      open.delete(node);
      done.add(node);
    };
    for (const node of this.#samePlace.keys()) enter(node);
  }
}

/** OpenAPI 3.0 says so what JSON Schema says by the type `null`. */
function allowNull(node: SchemaNode): void {
  const { nullable, type, enum: values } = node;
  Reflect.deleteProperty(node, 'nullable');
  if (nullable !== true || type === undefined) return;
  node['type'] = [...new Set([type, 'null'].flat())];
  if (Array.isArray(values)) node['enum'] = [...(values as readonly unknown[]), null];
}

/** Lists of names and schemas have had keywords of their own since 2019-09. */
function splitDependencies(node: SchemaNode): void {
  const { dependencies } = node;
  if (!isRecord(dependencies)) return;
  const entries = Object.entries(dependencies);
  const names = entries.filter(([, value]) => Array.isArray(value));
  const schemas = entries.filter(([, value]) => !Array.isArray(value));
  if (names.length > 0 && !Object.hasOwn(node, 'dependentRequired')) node['dependentRequired'] = Object.fromEntries(names);
  if (schemas.length > 0 && !Object.hasOwn(node, 'dependentSchemas')) node['dependentSchemas'] = Object.fromEntries(schemas);
  Reflect.deleteProperty(node, 'dependencies');
}

function pointerStep(step: string): string {
  try {
    return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return refuse('it has a "$ref" that is no JSON pointer');
  }
}

function refuse(why: string): never {
  throw new SettingsError(`the JSON Schema cannot be used: ${why}`);
}
