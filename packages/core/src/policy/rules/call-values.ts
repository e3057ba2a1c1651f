import { types } from 'node:util';
import type { Call } from '../../call.js';
import { intrinsic } from '../../pipeline/intrinsics.js';
import { singleRecord } from '../../pipeline/received-call.js';
import { foundPath, pathOf, type PathStep } from '../argument-path.js';

/** A value in the arguments of a call. */
export interface Located {
  readonly value: unknown;
  /** As a rule would name it. */
  readonly path: string;
  /** Steps from the list of arguments. */
  readonly keys: readonly (string | number)[];
}

/** The arguments by name: those of a single object, or the positional ones. Those handed over by reference are left out. */
export function* namedArguments(call: Call): Generator<readonly [name: string, value: unknown, keys: readonly (string | number)[]]> {
  const only = single(call);
  if (only !== undefined) {
    for (const [name, value] of ownData(only)) yield [name, value, [0, name]];
    return;
  }
  for (let i = 0; i < call.args.length; i += 1) {
    if (call.opaque?.(i) !== true) yield [nameOf(call, i), call.args[i], [i]];
  }
}

/** The only argument, where its members are the arguments by name. */
function single(call: Call): object | undefined {
  return singleRecord(call.args, call.params, call.opaque);
}

/** Whether no rule can name what the call passes: several arguments, and no names for them. */
export function isNameless(call: Call): boolean {
  return call.params === undefined && call.args.some((value) => value !== undefined) && single(call) === undefined;
}

function nameOf({ params }: Call, index: number): string {
  return params?.[index] ?? `arg${String(index)}`;
}

/** Every value at a path. Only own data is followed: nothing is inherited, no getter runs. */
export function valuesAt(call: Call, steps: readonly PathStep[]): readonly Located[] {
  const [first, ...rest] = steps;
  if (first === undefined) return [];
  let found: Located[] = [];
  for (const [name, value, keys] of namedArguments(call)) {
    const named = first.kind === 'name' && first.name === name;
    if (named || first.kind === 'each') found.push({ value, path: named ? pathOf('', name) : foundPath('', name), keys });
  }
  for (const step of rest) found = found.flatMap((located) => members(located, step));
  return found;
}

function members(from: Located, step: PathStep): Located[] {
  const { value } = from;
  if (typeof value !== 'object' || value === null) return [];
  if (step.kind === 'each') return membersOf(from);
  const key = step.kind === 'name' ? step.name : step.index;
  const path = pathOf(from.path, key);
  if (value instanceof Map) {
    // `5` and `"5"` are two keys of a map and one name in a path: a rule holds for both.
    return membersOf(from).flatMap((held) => (String(held.keys.at(-1)) === String(key) ? [{ ...held, path }] : []));
  }
  if (value instanceof Set) return membersOf(from).filter((held) => held.keys.at(-1) === key);
  const descriptor = Object.getOwnPropertyDescriptor(value, key);
  return descriptor === undefined || !('value' in descriptor) ? [] : [{ value: descriptor.value, path, keys: [...from.keys, key] }];
}

/** The members of a list, a map or an object. */
export function membersOf(from: Located): Located[] {
  const { value } = from;
  if (Array.isArray(value)) return value.map((item: unknown, i) => member(from, i, item));
  if (value instanceof Map) return [...value].map(([key, item]: [unknown, unknown], i) => member(from, mapKey(key, i), item));
  if (value instanceof Set) return [...value].map((item: unknown, i) => member(from, i, item));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  return [...ownData(value)].map(([key, item]) => member(from, key, item));
}

/** The enumerable members of an object that are data; no getter runs. */
function* ownData(value: object): Generator<readonly [name: string, value: unknown]> {
  for (const key of Object.keys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor !== undefined && 'value' in descriptor) yield [key, descriptor.value];
  }
}

function member(from: Located, key: string | number, value: unknown): Located {
  return { value, path: foundPath(from.path, key), keys: [...from.keys, key] };
}

/** What stands for a key of a map in a path: a key that is an object has no name, and is never asked for one. */
export function mapKey(key: unknown, index: number): string | number {
  if (typeof key === 'string' || typeof key === 'number') return key;
  return typeof key === 'bigint' || typeof key === 'boolean' ? String(key) : `#${String(index)}`;
}

/** Where the text being visited stands; to be asked during the visit only. */
export type WhereTextIs = () => Omit<Located, 'value'>;

export type TextVisitor = (text: string, where: WhereTextIs, isKey: boolean) => void;

/** Visits every text in the arguments, the names of members included. */
export function eachTextOf(call: Call, visit: TextVisitor): void {
  const named = single(call) === undefined;
  for (let i = 0; i < call.args.length; i += 1) {
    if (call.opaque?.(i) === true) continue;
    eachText(call.args[i], visit, () => ({ path: named ? nameOf(call, i) : '', keys: [i] }));
  }
}

const atRoot: WhereTextIs = () => ({ path: '', keys: [] });

/** Visits every text in a value; what is reachable in many ways is looked at in one of them (D-68). */
export function eachText(value: unknown, visit: TextVisitor, root: WhereTextIs = atRoot): void {
  if (typeof value === 'string') visit(value, root, false);
  else if (typeof value === 'object' && value !== null) new TextWalk(visit, root).into(value);
}

const maxDepth = 1_000;

class TextWalk {
  readonly #visit: TextVisitor;
  readonly #root: WhereTextIs;
  readonly #seen = new Set<object>();
  readonly #trail: (string | number)[] = [];
  /** Whether the walk is inside a key of a map, where nothing can be hidden without losing the entry. */
  #inKey = false;

  constructor(visit: TextVisitor, root: WhereTextIs) {
    this.#visit = visit;
    this.#root = root;
  }

  into(object: object): void {
    if (this.#seen.has(object)) return;
    this.#seen.add(object);
    if (Array.isArray(object)) {
      for (let i = 0; i < object.length; i += 1) this.#look(i, object[i], false);
    } else if (object instanceof Map) {
      [...object].forEach(([key, inner]: [unknown, unknown], i) => {
        if (typeof key === 'object' && key !== null) this.#intoKey(key);
        this.#look(mapKey(key, i), inner, typeof key === 'string');
      });
    } else if (object instanceof Set) {
      [...object].forEach((inner: unknown, i) => {
        this.#look(i, inner, false);
      });
    } else if (object instanceof URL) {
      this.#text(intrinsic.href(object));
    } else if (types.isRegExp(object)) {
      this.#text(intrinsic.source(object));
    } else if (!ArrayBuffer.isView(object)) {
      // What an error says is not among its enumerable members.
      for (const key of object instanceof Error ? Object.getOwnPropertyNames(object) : Object.keys(object)) {
        const descriptor = Object.getOwnPropertyDescriptor(object, key);
        if (descriptor !== undefined && 'value' in descriptor) this.#look(key, descriptor.value, true);
      }
    }
  }

  #intoKey(key: object): void {
    const before = this.#inKey;
    this.#inKey = true;
    this.into(key);
    this.#inKey = before;
  }

  #text(text: string): void {
    this.#visit(text, this.#where, this.#inKey);
  }

  #look(key: string | number, inner: unknown, named: boolean): void {
    if (this.#trail.length >= maxDepth) throw new RangeError(`nested deeper than ${String(maxDepth)} levels`);
    this.#trail.push(key);
    if (named && typeof key === 'string') this.#visit(key, this.#where, true);
    if (typeof inner === 'string') this.#text(inner);
    else if (typeof inner === 'object' && inner !== null) this.into(inner);
    this.#trail.pop();
  }

  readonly #where: WhereTextIs = () => {
    const { path, keys } = this.#root();
    return { path: this.#trail.reduce<string>(foundPath, path), keys: [...keys, ...this.#trail] };
  };
}
