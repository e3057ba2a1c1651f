import 'reflect-metadata';
import { types } from 'node:util';
import { declaredFields, fieldGeneration } from './declared-labels.js';

/** A label of a field, by the names that lead to it from an instance. */
export interface ClassLabel {
  readonly names: readonly string[];
  readonly rank: number;
}

const none: readonly ClassLabel[] = Object.freeze([]);
const maxNesting = 8;
const maxLineage = 128;

let known = new WeakMap<object, readonly ClassLabel[]>();
let knownAt = 0;

/**
 * The labels of a class, inherited ones included, and those of the classes of its labelled properties, as far as legacy
 * decorators tell (`design:type`). Worked out once a class.
 */
export function labelsOfClass(prototype: object | null): readonly ClassLabel[] {
  if (prototype === null || prototype === Object.prototype || prototype === Array.prototype) return none;
  if (knownAt !== fieldGeneration()) {
    known = new WeakMap();
    knownAt = fieldGeneration();
  }
  const labels = known.get(prototype);
  if (labels !== undefined) return labels;
  const found: ClassLabel[] = [];
  collect(prototype, [], new Set(), found);
  known.set(prototype, found.length === 0 ? none : found);
  return found;
}

function collect(prototype: object, names: readonly string[], open: Set<object>, found: ClassLabel[]): void {
  open.add(prototype);
  for (const [name, rank] of fieldsOf(prototype)) {
    const path = [...names, name];
    const inner = prototypeOfType(Reflect.getMetadata('design:type', prototype, name));
    const endless = inner !== undefined && (open.has(inner) || path.length >= maxNesting);
    // A class that contains itself has no end of paths: the field that closes the circle carries the highest of them.
    found.push({ names: path, rank: endless ? Math.max(rank, highest(inner, new Set())) : rank });
    if (inner !== undefined && !endless) collect(inner, path, open, found);
  }
  open.delete(prototype);
}

function highest(prototype: object, seen: Set<object>): number {
  if (seen.has(prototype)) return 0;
  seen.add(prototype);
  const ranks = [...fieldsOf(prototype)].map(([name, rank]) => {
    const inner = prototypeOfType(Reflect.getMetadata('design:type', prototype, name));
    return inner === undefined ? rank : Math.max(rank, highest(inner, seen));
  });
  return Math.max(0, ...ranks);
}

/** Own and inherited labels of fields; the higher of two for one name. */
function fieldsOf(prototype: object): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const level of lineage(prototype)) {
    for (const owner of ownersOf(level)) {
      for (const [name, rank] of declaredFields(owner) ?? []) all.set(name, Math.max(rank, all.get(name) ?? 0));
    }
  }
  return all;
}

/** An object and its prototypes, nearest first, as far as they are no proxies. */
export function lineage(start: object): readonly object[] {
  const levels: object[] = [];
  for (let level: unknown = start; isObject(level) && level !== Object.prototype && level !== Function.prototype; level = Object.getPrototypeOf(level)) {
    if (types.isProxy(level) || levels.length >= maxLineage) break;
    levels.push(level);
  }
  return levels;
}

/** What labels of a class may be kept under: its prototype, and the metadata that standard decorators share. */
function ownersOf(prototype: object): readonly object[] {
  // The well-known symbol of the decorator metadata proposal, where the runtime or a polyfill has it.
  const { metadata } = Symbol as { readonly metadata?: symbol };
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (metadata === undefined || !isObject(constructor) || types.isProxy(constructor)) return [prototype];
  const shared: unknown = Object.getOwnPropertyDescriptor(constructor, metadata)?.value;
  return isObject(shared) ? [prototype, shared] : [prototype];
}

/** The prototype of a class that decorators noted as a type; other types have no labels. */
export function prototypeOfType(type: unknown): object | undefined {
  if (typeof type !== 'function' || types.isProxy(type)) return undefined;
  const prototype: unknown = Object.getOwnPropertyDescriptor(type, 'prototype')?.value;
  return isObject(prototype) ? prototype : undefined;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
