import { RedactError } from '../errors.js';
import type { Finding } from '../finding.js';
import { redactBytes, sameView } from './bytes.js';
import { entriesOf, freeKey } from './collections.js';
import { InheritedAccessors } from './inherited-accessors.js';
import type { RedactText } from './redact-value.js';
import { rebuild, type Property } from './rebuild.js';
import { toJsonOf } from './to-json.js';
import { kindOf, type ValueKind } from './value-kind.js';
import type { Walk } from './walk.js';

// Only a whole number this long can be a card or another number worth hiding.
const shortestNumber = 100_000_000;

/** Walks one value; copies only what changed and what leads to it. */
export class ValueWalker {
  readonly #redact: RedactText;
  readonly #walk: Walk;
  readonly #isOpaque: (value: object) => boolean;
  readonly #accessors: InheritedAccessors;
  /** What `toJSON` answered without a finding; asked once, so that nested classes do not double the work. */
  readonly #json = new Map<object, unknown>();

  constructor(redact: RedactText, walk: Walk, isOpaque: (value: object) => boolean) {
    this.#redact = redact;
    this.#walk = walk;
    this.#isOpaque = isOpaque;
    this.#accessors = new InheritedAccessors(walk, isOpaque, (text, name) => {
      if (typeof text === 'string') this.#text(text, name);
      else this.#number(text, name);
    });
  }

  clean(value: unknown, name?: string): unknown {
    this.#walk.visit(1);
    switch (typeof value) {
      case 'string':
        return this.#text(value, name);
      case 'number':
      case 'bigint':
        return this.#number(value, name);
      case 'function':
      case 'symbol':
        throw this.#walk.refusal('UNREDACTABLE', `a ${typeof value} cannot be redacted`);
      case 'object':
        return value === null ? value : this.#object(value, name);
      case 'boolean':
      case 'undefined':
        return value;
    }
  }

  #text(text: string, name: string | undefined): string {
    this.#walk.spend(text.length);
    const { text: cleaned, findings } = this.#redact(text, name);
    this.#walk.record(findings);
    return findings.length === 0 ? text : cleaned;
  }

  /** A number is replaced only as a whole: a card, or what its name says it is. */
  #number(value: number | bigint, name: string | undefined): unknown {
    if (value < shortestNumber || (typeof value === 'number' && !Number.isSafeInteger(value))) return value;
    const digits = String(value);
    const { text, findings } = this.#redact(digits, name);
    const [only] = findings;
    if (findings.length !== 1 || only?.start !== 0 || only.end !== digits.length) return value;
    this.#walk.record(findings);
    return text;
  }

  #object(value: object, name: string | undefined): unknown {
    this.#walk.enter(value);
    try {
      if (this.#isOpaque(value)) throw this.#walk.refusal('UNREDACTABLE', 'an opaque object cannot be redacted');
      const kind = kindOf(value);
      const json = this.#toJson(value, kind, name);
      if (json !== undefined) return json.cleaned;
      const cleaned = this.#byKind(value, kind, name);
      if (hasClass(kind)) this.#accessors.check(cleaned as object); // such kinds stay objects
      return cleaned;
    } catch (error) {
      if (error instanceof RedactError) throw error;
      // Hostile accessors and proxies throw what they like; their error may hold the value, so it is not kept.
      throw this.#walk.refusal('UNREDACTABLE', 'an object that throws when read cannot be redacted');
    } finally {
      this.#walk.leave(value);
    }
  }

  /** What a serialiser would write in place of the object, when that holds a finding. */
  #toJson(value: object, kind: ValueKind, name: string | undefined): { readonly cleaned: unknown } | undefined {
    const toJson = this.#json.has(value) ? () => this.#json.get(value) : toJsonOf(value, kind);
    if (toJson === undefined) return undefined;
    const json = this.#read(() => toJson(name ?? ''));
    // Serialisers drop functions and symbols; what answers itself is walked as it is.
    if (json === value || typeof json === 'function' || typeof json === 'symbol') return undefined;
    const before = this.#walk.count;
    const cleaned = this.clean(json, name);
    if (this.#walk.count > before) return { cleaned };
    // A primitive is looked at again under its next name, anything else is clean under every name.
    this.#json.set(value, typeof json === 'object' ? null : json);
    return undefined;
  }

  /** Whatever code of the value's own throws is not shown, not even a `RedactError`. */
  #read(read: () => unknown): unknown {
    try {
      return read();
    } catch {
      throw this.#walk.refusal('UNREDACTABLE', 'an object that throws when read cannot be redacted');
    }
  }

  #byKind(value: object, kind: ValueKind, name: string | undefined): unknown {
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
        return this.#boxedText(value, name);
      case 'date':
      case 'boxed':
      case 'numeric':
        return value;
      case 'opaque':
        throw this.#walk.refusal('UNREDACTABLE', 'a function, promise, stream or weak collection cannot be redacted');
    }
  }

  #properties(value: object, kind: 'plain' | 'array' | 'instance' | 'error'): unknown {
    if (Array.isArray(value)) this.#walk.room(value.length);
    const keys = Reflect.ownKeys(value);
    this.#walk.room(keys.length);
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
    this.#walk.path.push(kind === 'array' && typeof key === 'string' && /^\d+$/.test(key) ? Number(key) : String(key));
    const accessor = descriptor.get !== undefined || descriptor.set !== undefined;
    const before: unknown = accessor ? Reflect.get(owner, key) : descriptor.value;
    const hidden = descriptor.enumerable !== true && typeof before === 'function';
    const after = hidden ? before : kind === 'error' && key === 'stack' && typeof before === 'string' ? this.#stack(before, owner) : this.clean(before, typeof key === 'string' ? key : undefined);
    this.#walk.path.pop();
    // An accessor may answer differently next time, so what was read is what is kept.
    const changed = !Object.is(after, before);
    const frozen = accessor && !(kind === 'error' && key === 'stack');
    return { key: name, descriptor, value: after, changed: changed || name !== key || frozen };
  }

  /** A stack repeats the message: what that explains is hidden here and counted there. */
  #stack(stack: string, owner: object): string {
    this.#walk.visit(1);
    this.#walk.spend(stack.length);
    const { text, findings } = this.#redact(stack, 'stack');
    if (findings.length === 0) return stack;
    const message: unknown = Object.getOwnPropertyDescriptor(owner, 'message')?.value;
    const explained = new Set(typeof message === 'string' ? this.#redact(message, 'message').findings.map((finding) => signOf(message, finding)) : []);
    this.#walk.record(findings.filter((finding) => !explained.has(signOf(stack, finding))));
    return text;
  }

  #name(key: string | symbol, kind: string): string | symbol {
    if (typeof key === 'symbol') {
      if (key.description !== undefined && this.#redact(key.description).findings.length > 0) {
        throw this.#walk.refusal('UNREDACTABLE', 'a symbol key that holds a finding cannot be redacted');
      }
      return key;
    }
    return kind === 'array' || kind === 'error' ? key : this.#text(key, undefined);
  }

  #map(map: Map<unknown, unknown>): unknown {
    this.#walk.room(map.size);
    this.#noExtras(map);
    const copy = new Map<unknown, unknown>();
    const turns = new Map<string, number>();
    let changed = false;
    for (const [key, value] of entriesOf(map, true)) {
      this.#walk.path.push(typeof key === 'string' ? key : `<${typeof key}>`);
      const cleanKey = this.clean(key);
      const cleanValue = this.clean(value, typeof key === 'string' ? key : undefined);
      this.#walk.path.pop();
      changed ||= !Object.is(cleanKey, key) || !Object.is(cleanValue, value);
      copy.set(freeKey(cleanKey, copy, turns), cleanValue);
    }
    return changed ? copy : map;
  }

  #set(set: Set<unknown>): unknown {
    this.#walk.room(set.size);
    this.#noExtras(set);
    const copy = new Set<unknown>();
    const turns = new Map<string, number>();
    let changed = false;
    for (const [member] of entriesOf(set, false)) {
      this.#walk.path.push(copy.size);
      const cleaned = this.clean(member);
      this.#walk.path.pop();
      changed ||= !Object.is(cleaned, member);
      copy.add(freeKey(cleaned, copy, turns));
    }
    return changed ? copy : set;
  }

  #noExtras(value: object): void {
    if (Reflect.ownKeys(value).length > 0) throw this.#walk.refusal('UNREDACTABLE', 'a collection with properties of its own cannot be redacted');
  }

  #view(view: ArrayBufferView): unknown {
    this.#walk.spend(view.byteLength);
    const cleaned = redactBytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), this.#redact);
    if (cleaned === undefined) return view;
    this.#walk.record(cleaned.findings);
    return sameView(view, cleaned.bytes);
  }

  #arrayBuffer(buffer: ArrayBuffer): unknown {
    this.#walk.spend(buffer.byteLength);
    const cleaned = redactBytes(new Uint8Array(buffer), this.#redact);
    if (cleaned === undefined) return buffer;
    this.#walk.record(cleaned.findings);
    return Uint8Array.from(cleaned.bytes).buffer;
  }

  #regexp(pattern: RegExp): unknown {
    const source = this.#text(pattern.source, undefined);
    return source === pattern.source ? pattern : new RegExp(source.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'), pattern.flags);
  }

  #address(value: object, parse: (text: string) => unknown): unknown {
    const before = textOf(value);
    const after = this.#text(before, undefined);
    if (after === before) return value;
    try {
      return parse(after);
    } catch {
      return after; // no longer a URL: the redacted text is the safe answer
    }
  }

  #boxedText(value: object, name: string | undefined): unknown {
    const before = String.prototype.valueOf.call(value);
    const after = this.#text(before, name);
    return after === before ? value : Object(after);
  }
}

/** A URL or its parameters as text: both have a `toString` of their own. */
function textOf(value: { toString(): string }): string {
  return value.toString();
}

function hasClass(kind: ValueKind): boolean {
  return kind === 'instance' || kind === 'error' || kind === 'array' || kind === 'map' || kind === 'set';
}

function signOf(text: string, { category, start, end }: Finding): string {
  return `${category} ${text.slice(start, end)}`;
}
