import { types } from 'node:util';
import type { FieldLabel } from '../call.js';
import { levelOf } from '../policy/rules/sensitivity.js';
import { labelsOfClass, type ClassLabel } from './class-labels.js';
import { eachPath, isPath, memberPath } from './label-path.js';

/** Ranks by path. */
export type RankByPath = Map<string, number>;

/** More paths than this are told with `*` for the members of maps and lists. */
const maxPaths = 256;
const maxDepth = 64;
const maxNodes = 100_000;

/** The labels of an instance, and of the instances inside a value: in its properties, its lists and its maps. */
export function labelsOfValue(value: unknown): readonly FieldLabel[] {
  return toLabels(ranksIn([{ value, path: '' }]));
}

export interface Root {
  readonly value: unknown;
  /** The path of the value; empty when its members are the arguments. */
  readonly path: string;
}

export function ranksIn(roots: readonly Root[]): RankByPath {
  const exact = new InstanceWalk(false);
  for (const root of roots) exact.root(root);
  if (exact.found.size <= maxPaths) return exact.found; // else it stopped where it had too many
  const coarse = new InstanceWalk(true);
  for (const root of roots) coarse.root(root);
  return coarse.found;
}

export function toLabels(ranks: RankByPath): readonly FieldLabel[] {
  return [...ranks].map(([path, rank]) => ({ path, level: levelOf(rank) }));
}

export function raise(ranks: RankByPath, path: string, rank: number): void {
  if ((ranks.get(path) ?? -1) < rank) ranks.set(path, rank);
}

/** The path of a label of a class from the path of an instance; what has too long a path is labelled as a whole. */
export function pathFrom(parent: string, { names }: ClassLabel): string {
  let path = parent;
  for (const name of names) {
    const next = memberPath(path, name);
    if (!isPath(next)) return path === '' ? '*' : path;
    path = next;
  }
  return path;
}

class InstanceWalk {
  readonly found: RankByPath = new Map();
  readonly #coarse: boolean;
  readonly #open: object[] = [];
  /** The class that was last met, and where: lists mostly have instances of one. */
  #last: object | null = null;
  #lastPath = '';
  #nodes = 0;

  constructor(coarse: boolean) {
    this.#coarse = coarse;
  }

  root({ value, path }: Root): void {
    this.#nodes = 0;
    this.#into(value, path);
  }

  #into(value: unknown, path: string): void {
    // Arguments were copied within these limits; what is over them was handed over by reference.
    if (typeof value !== 'object' || value === null || this.#open.length >= maxDepth || this.#nodes >= maxNodes) return;
    if (types.isProxy(value) || this.#open.includes(value) || this.#tooMany()) return;
    this.#nodes += 1;
    this.#open.push(value);
    if (Array.isArray(value)) this.#list(value, path);
    else if (types.isMap(value)) this.#map(value, path);
    else if (types.isSet(value)) this.#list([...Set.prototype.values.call(value)], path);
    else if (!ArrayBuffer.isView(value)) this.#object(value, path);
    this.#open.pop();
  }

  #tooMany(): boolean {
    return !this.#coarse && this.found.size > maxPaths;
  }

  #object(value: object, path: string): void {
    const prototype = Object.getPrototypeOf(value) as object | null;
    const labels = labelsOfClass(prototype);
    if (labels.length > 0 && (this.#last !== prototype || this.#lastPath !== path)) {
      this.#last = prototype;
      this.#lastPath = path;
      for (const label of labels) raise(this.found, pathFrom(path, label), label.rank);
    }
    for (const key of Object.keys(value)) {
      const member: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
      if (typeof member === 'object' && member !== null) this.#into(member, this.#memberPath(path, key));
    }
  }

  #list(items: readonly unknown[], path: string): void {
    const inner = stepped(path, eachPath(path));
    for (let i = 0, length = Math.min(items.length, maxNodes); i < length; i += 1) {
      const item: unknown = Object.getOwnPropertyDescriptor(items, i)?.value;
      if (typeof item === 'object' && item !== null) this.#into(item, inner);
    }
  }

  #map(value: ReadonlyMap<unknown, unknown>, path: string): void {
    for (const [key, item] of Map.prototype.entries.call(value)) {
      if (typeof item !== 'object' || item === null) continue;
      this.#into(item, typeof key === 'string' ? this.#memberPath(path, key) : stepped(path, eachPath(path)));
    }
  }

  /** Names of members come from callers: what is no short word is `*`, which labels more and repeats nothing. */
  #memberPath(path: string, key: string): string {
    const exact = !this.#coarse && /^[\p{L}\p{N}_$-]{1,64}$/u.test(key);
    return stepped(path, exact ? memberPath(path, key) : eachPath(path));
  }
}

/** A path that no rule could read gives way to the one of the whole. One of 64 characters has at most the 32 steps of a rule. */
function stepped(path: string, next: string): string {
  return next.length <= 64 || isPath(next) ? next : path;
}
