import { RedactError, type RedactErrorCode } from '../errors.js';
import type { Finding } from '../finding.js';
import { redactBytes, sameView } from './bytes.js';
import type { RedactText } from './redact-value.js';
import { rebuild, type Property } from './rebuild.js';
import { kindOf } from './value-kind.js';
import { showPath, type PathStep } from './value-path.js';

interface Limits {
  readonly maxBytes: number;
  readonly maxNodes: number;
  readonly maxDepth: number;
}

// Only a whole number this long can be a card or another number worth hiding.
const shortestNumber = 100_000_000;

/** Walks one value; copies only what changed and what leads to it. */
export class ValueWalker {
  count = 0;
  readonly counts = new Map<string, number>();
  readonly #redact: RedactText;
  readonly #limits: Limits;
  readonly #path: PathStep[] = [];
  readonly #ancestors = new Set<object>();
  #bytes = 0;
  #nodes = 0;

  constructor(redact: RedactText, limits: Limits) {
    this.#redact = redact;
    this.#limits = limits;
  }

  clean(value: unknown, name?: string): unknown {
    this.#visit(1);
    switch (typeof value) {
      case 'string':
        return this.#text(value, name);
      case 'number':
      case 'bigint':
        return this.#number(value, name);
      case 'function':
      case 'symbol':
        throw this.#fail('UNREDACTABLE', `a ${typeof value} cannot be redacted`);
      case 'object':
        return value === null ? value : this.#object(value);
      case 'boolean':
      case 'undefined':
        return value;
    }
  }

  #text(text: string, name: string | undefined): string {
    this.#spend(text.length);
    const { text: cleaned, findings } = this.#redact(text, name);
    this.#record(findings);
    return findings.length === 0 ? text : cleaned;
  }

  /** A number is replaced only as a whole: a card, or what its name says it is. */
  #number(value: number | bigint, name: string | undefined): unknown {
    if (value < shortestNumber || (typeof value === 'number' && !Number.isSafeInteger(value))) return value;
    const digits = String(value);
    const { text, findings } = this.#redact(digits, name);
    const [only] = findings;
    if (findings.length !== 1 || only?.start !== 0 || only.end !== digits.length) return value;
    this.#record(findings);
    return text;
  }

  #object(value: object): unknown {
    if (this.#ancestors.has(value)) throw this.#fail('CYCLE', 'a value that contains itself cannot be redacted');
    if (this.#ancestors.size >= this.#limits.maxDepth) throw this.#fail('BUDGET', `nested deeper than ${String(this.#limits.maxDepth)}`);
    this.#ancestors.add(value);
    try {
      return this.#byKind(value);
    } catch (error) {
      if (error instanceof RedactError) throw error;
      // Hostile accessors and proxies throw what they like; their error may hold the value, so it is not kept.
      throw this.#fail('UNREDACTABLE', 'an object that throws when read cannot be redacted');
    } finally {
      this.#ancestors.delete(value);
    }
  }

  #byKind(value: object): unknown {
    const kind = kindOf(value);
    switch (kind) {
      case 'plain':
      case 'array':
      case 'instance':
      case 'error':
        return this.#properties(value, kind);
      case 'map':
        return this.#map(value as Map<unknown, unknown>); // kindOf has checked its slots
      case 'set':
        return this.#set(value as Set<unknown>); // kindOf has checked its slots
      case 'bytes':
        return this.#view(value as ArrayBufferView); // kindOf has asked ArrayBuffer.isView
      case 'buffer':
        return this.#arrayBuffer(value as ArrayBuffer); // kindOf has checked its tag
      case 'regexp':
        return this.#regexp(value as RegExp); // kindOf has checked its tag
      case 'url':
        return this.#address(value, (text) => new URL(text));
      case 'search':
        return this.#address(value, (text) => new URLSearchParams(text));
      case 'text':
        return this.#boxedText(value);
      case 'date':
      case 'boxed':
      case 'numeric':
        return value;
      case 'opaque':
        throw this.#fail('UNREDACTABLE', 'a function, promise, stream or weak collection cannot be redacted');
    }
  }

  #properties(value: object, kind: 'plain' | 'array' | 'instance' | 'error'): unknown {
    if (Array.isArray(value)) this.#room(value.length);
    const keys = Reflect.ownKeys(value);
    this.#room(keys.length);
    const properties: Property[] = [];
    let changed = false;
    for (const key of keys) {
      if (kind === 'array' && key === 'length') continue;
      const property = this.#property(value, key, kind);
      if (property === undefined) continue;
      changed ||= property.changed;
      properties.push(property);
    }
    return changed ? rebuild(value, kind, properties) : value;
  }

  #property(owner: object, key: string | symbol, kind: string): Property | undefined {
    const descriptor = Object.getOwnPropertyDescriptor(owner, key);
    if (descriptor === undefined) return undefined;
    const name = this.#name(key, kind);
    this.#path.push(kind === 'array' && typeof key === 'string' && /^\d+$/.test(key) ? Number(key) : String(key));
    const accessor = descriptor.get !== undefined || descriptor.set !== undefined;
    const before: unknown = accessor ? Reflect.get(owner, key) : descriptor.value;
    const hidden = descriptor.enumerable !== true && typeof before === 'function';
    const after = hidden ? before : this.clean(before, typeof key === 'string' ? key : undefined);
    this.#path.pop();
    // An accessor may answer differently next time, so what was read is what is kept.
    const changed = after !== before && !(Number.isNaN(after) && Number.isNaN(before));
    const frozen = accessor && !(kind === 'error' && key === 'stack');
    return { key: name, descriptor, value: after, changed: changed || name !== key || frozen };
  }

  #name(key: string | symbol, kind: string): string | symbol {
    if (typeof key === 'symbol') {
      if (key.description !== undefined && this.#redact(key.description).findings.length > 0) {
        throw this.#fail('UNREDACTABLE', 'a symbol key that holds a finding cannot be redacted');
      }
      return key;
    }
    return kind === 'array' || kind === 'error' ? key : this.#text(key, undefined);
  }

  #map(map: Map<unknown, unknown>): unknown {
    this.#room(map.size);
    this.#noExtras(map);
    const entries: [unknown, unknown][] = [];
    let changed = false;
    Map.prototype.forEach.call(map, (value: unknown, key: unknown) => {
      this.#path.push(typeof key === 'string' ? key : `<${typeof key}>`);
      const cleanKey = this.clean(key);
      const cleanValue = this.clean(value, typeof key === 'string' ? key : undefined);
      this.#path.pop();
      changed ||= !Object.is(cleanKey, key) || !Object.is(cleanValue, value);
      entries.push([cleanKey, cleanValue]);
    });
    if (!changed) return map;
    const copy = new Map<unknown, unknown>();
    for (const [key, value] of entries) copy.set(typeof key === 'string' ? freeName(key, (name) => copy.has(name)) : key, value);
    return copy;
  }

  #set(set: Set<unknown>): unknown {
    this.#room(set.size);
    this.#noExtras(set);
    const members: unknown[] = [];
    let changed = false;
    Set.prototype.forEach.call(set, (member: unknown) => {
      this.#path.push(members.length);
      const cleaned = this.clean(member);
      this.#path.pop();
      changed ||= !Object.is(cleaned, member);
      members.push(cleaned);
    });
    if (!changed) return set;
    const copy = new Set<unknown>();
    for (const member of members) copy.add(typeof member === 'string' ? freeName(member, (name) => copy.has(name)) : member);
    return copy;
  }

  #noExtras(value: object): void {
    if (Reflect.ownKeys(value).length > 0) throw this.#fail('UNREDACTABLE', 'a collection with properties of its own cannot be redacted');
  }

  #view(view: ArrayBufferView): unknown {
    this.#spend(view.byteLength);
    const cleaned = redactBytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), this.#redact);
    if (cleaned === undefined) return view;
    this.#record(cleaned.findings);
    return sameView(view, cleaned.bytes);
  }

  #arrayBuffer(buffer: ArrayBuffer): unknown {
    this.#spend(buffer.byteLength);
    const cleaned = redactBytes(new Uint8Array(buffer), this.#redact);
    if (cleaned === undefined) return buffer;
    this.#record(cleaned.findings);
    return Uint8Array.from(cleaned.bytes).buffer;
  }

  #regexp(pattern: RegExp): unknown {
    const source = this.#text(pattern.source, undefined);
    return source === pattern.source ? pattern : new RegExp(source.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'), pattern.flags);
  }

  #address(value: object, parse: (text: string) => unknown): unknown {
    const before = String(value);
    const after = this.#text(before, undefined);
    if (after === before) return value;
    try {
      return parse(after);
    } catch {
      return after; // no longer a URL: the redacted text is the safe answer
    }
  }

  #boxedText(value: object): unknown {
    const before = String.prototype.valueOf.call(value);
    const after = this.#text(before, undefined);
    return after === before ? value : Object(after);
  }

  #record(findings: readonly Finding[]): void {
    this.count += findings.length;
    for (const { category } of findings) this.counts.set(category, (this.counts.get(category) ?? 0) + 1);
  }

  #visit(nodes: number): void {
    this.#nodes += nodes;
    if (this.#nodes > this.#limits.maxNodes) throw this.#fail('BUDGET', `more than ${String(this.#limits.maxNodes)} values`);
  }

  /** Refuses before a huge collection is listed. */
  #room(more: number): void {
    if (this.#nodes + more > this.#limits.maxNodes + 1) throw this.#fail('BUDGET', `more than ${String(this.#limits.maxNodes)} values`);
  }

  #spend(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#limits.maxBytes) throw this.#fail('BUDGET', `more than ${String(this.#limits.maxBytes)} characters of text`);
  }

  #fail(code: RedactErrorCode, what: string): RedactError {
    const path = showPath(this.#path, (text) => this.#redact(text));
    return new RedactError(code, path === '' ? what : `${what}, at ${path}`, { path });
  }
}

/** The name itself, or `name#2`, `name#3` … when redaction has made two names one. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  let turn = 2;
  while (isTaken(`${name}#${String(turn)}`)) turn += 1;
  return `${name}#${String(turn)}`;
}
