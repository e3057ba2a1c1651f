import { EnforceCoreError } from '../errors.js';
import { fileStart, loadFault } from './policy-fault.js';
import { itemPath, maxPolicyDepth, maxPolicyValues, memberPath, type MapEntry, type Place, type PolicyNode } from './policy-node.js';

export const objectName = '<object>';

/** Reads a policy given as an object; the object may be hostile: getters, proxies and cycles are refused, never run or followed. */
export function readObject(document: unknown): PolicyNode {
  try {
    return new ObjectWalk().node(document, '', 0);
  } catch (error) {
    if (EnforceCoreError.is(error)) throw error;
    // Only a proxy can throw while its descriptors are read.
    throw loadFault(fileStart(objectName), { message: 'the object refuses to be read', expected: 'plain data' }, error);
  }
}

class ObjectWalk {
  readonly #open = new Set<object>();
  #count = 0;

  node(value: unknown, path: string, depth: number): PolicyNode {
    const place: Place = { ...fileStart(objectName), path };
    if (++this.#count > maxPolicyValues) {
      throw loadFault(place, { message: 'the policy has too many values', expected: `at most ${String(maxPolicyValues)}` });
    }
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      return { kind: 'scalar', place, value };
    }
    if (typeof value !== 'object') return { kind: 'foreign', place, what: `a value of type ${typeof value}` };
    if (this.#open.has(value)) throw loadFault(place, { message: 'the object contains itself', expected: 'plain data without cycles' });
    if (depth === maxPolicyDepth) {
      throw loadFault(place, { message: 'nested too deeply', expected: `at most ${String(maxPolicyDepth)} levels` });
    }

    this.#open.add(value);
    const node = Array.isArray(value) ? this.#list(value, place, depth) : this.#map(value, place, depth);
    this.#open.delete(value);
    return node;
  }

  #list(value: object, place: Place, depth: number): PolicyNode {
    const length: unknown = Object.getOwnPropertyDescriptor(value, 'length')?.value;
    // A proxy of an array may lie about its length.
    if (typeof length !== 'number' || !(length <= maxPolicyValues)) {
      throw loadFault(place, { message: 'the list is too long', expected: `at most ${String(maxPolicyValues)} items` });
    }
    const items = Array.from({ length }, (_, index) => {
      const path = itemPath(place.path, index);
      return this.node(this.#read(value, String(index), path), path, depth + 1);
    });
    return { kind: 'list', place, items };
  }

  #map(value: object, place: Place, depth: number): PolicyNode {
    const prototype: unknown = Object.getPrototypeOf(value);
    // A prototype without a prototype is Object.prototype, of this realm or of another.
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return { kind: 'foreign', place, what: 'an instance of a class' };
    const entries = new Map<string, MapEntry>();
    for (const key of Reflect.ownKeys(value)) {
      if (typeof key === 'symbol') throw loadFault(place, { message: 'a symbol is used as a key', expected: 'a plain name' });
      const path = memberPath(place.path, key);
      const member = this.#read(value, key, path);
      // `{ extends: undefined }` says nothing, as it does in JSON.
      if (member !== undefined) entries.set(key, { keyPlace: { ...place, path }, node: this.node(member, path, depth + 1) });
    }
    return { kind: 'map', place, entries };
  }

  #read(value: object, key: string, path: string): unknown {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor !== undefined && !Object.hasOwn(descriptor, 'value')) {
      throw loadFault({ ...fileStart(objectName), path }, { message: 'the value is computed by a getter', expected: 'plain data' });
    }
    return descriptor?.value;
  }
}
