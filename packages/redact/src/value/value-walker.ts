import type { Finding } from '../finding.js';
import { cleanMap, cleanSet } from './collections.js';
import { InheritedAccessors } from './inherited-accessors.js';
import { cleanAddress, cleanBoxedText, cleanBuffer, cleanNumber, cleanPattern, cleanView } from './leaves.js';
import { cleanProperties, type MemberCleaner } from './properties.js';
import { toJsonOf } from './to-json.js';
import { kindOf, type ValueKind } from './value-kind.js';
import type { Walk } from './walk.js';

/** Walks one value; copies only what changed and what leads to it. */
export class ValueWalker implements MemberCleaner {
  readonly walk: Walk;
  readonly #isOpaque: ((value: object) => boolean) | undefined;
  #accessors: InheritedAccessors | undefined;
  /** What `toJSON` answered without a finding; asked once, so that nested classes do not double the work. */
  #json: Map<object, unknown> | undefined;

  constructor(walk: Walk, isOpaque: ((value: object) => boolean) | undefined) {
    this.walk = walk;
    this.#isOpaque = isOpaque;
  }

  clean(value: unknown, name?: string): unknown {
    this.walk.visit(1);
    switch (typeof value) {
      case 'string':
        return this.walk.text(value, name);
      case 'number':
      case 'bigint':
        return cleanNumber(value, name, this.walk);
      case 'function':
      case 'symbol':
        throw this.walk.refusal('UNREDACTABLE', `a ${typeof value} cannot be redacted`);
      case 'object':
        return value === null ? value : this.#object(value, name);
      case 'boolean':
      case 'undefined':
        return value;
    }
  }

  nameOf(key: string | symbol, kind: ValueKind): string | symbol {
    if (typeof key === 'string') return kind === 'array' || kind === 'error' ? key : this.walk.name(key);
    if (key.description === undefined || this.walk.redact(key.description).findings.length === 0) return key;
    this.walk.at(undefined); // the path would hold it
    throw this.walk.refusal('UNREDACTABLE', 'a symbol key that holds a finding cannot be redacted');
  }

  /** A stack repeats the message: what that explains is hidden here and counted there. */
  cleanStack(stack: string, owner: object): string {
    this.walk.visit(1);
    this.walk.spend(stack.length);
    const { text, findings } = this.walk.redact(stack, 'stack');
    if (findings.length === 0) return stack;
    const message: unknown = Object.getOwnPropertyDescriptor(owner, 'message')?.value;
    const explained = new Set(typeof message === 'string' ? this.walk.redact(message, 'message').findings.map((finding) => signOf(message, finding)) : []);
    this.walk.record(findings.filter((finding) => !explained.has(signOf(stack, finding))));
    return text;
  }

  #object(value: object, name: string | undefined): unknown {
    this.walk.enter(value);
    if (this.#isOpaque?.(value) === true) throw this.walk.refusal('UNREDACTABLE', 'an opaque object cannot be redacted');
    const kind = kindOf(value);
    const json = this.#toJson(value, kind, name);
    const cleaned = json === undefined ? this.#byKind(value, kind, name) : json.cleaned;
    if (json === undefined && hasClass(kind)) this.#checkAccessors(cleaned as object); // such kinds stay objects
    this.walk.leave();
    return cleaned;
  }

  /** What a serialiser would write in place of the object, when that holds a finding. */
  #toJson(value: object, kind: ValueKind, name: string | undefined): { readonly cleaned: unknown } | undefined {
    const toJson = this.#json?.has(value) === true ? () => this.#json?.get(value) : toJsonOf(value, kind);
    if (toJson === undefined) return undefined;
    const json = this.#read(() => toJson(name ?? ''));
    // Serialisers drop functions and symbols; what answers itself is walked as it is.
    if (json === value || typeof json === 'function' || typeof json === 'symbol') return undefined;
    const before = this.walk.count;
    const cleaned = this.clean(json, name);
    if (this.walk.count > before) return { cleaned };
    // A primitive is looked at again under its next name, anything else is clean under every name.
    (this.#json ??= new Map<object, unknown>()).set(value, typeof json === 'object' ? null : json);
    return undefined;
  }

  /** Whatever code of the value's own throws is not shown, not even a `RedactError`. */
  #read(read: () => unknown): unknown {
    try {
      return read();
    } catch {
      throw this.walk.refusal('UNREDACTABLE', 'an object that throws when read cannot be redacted');
    }
  }

  #byKind(value: object, kind: ValueKind, name: string | undefined): unknown {
    switch (kind) {
      case 'plain':
      case 'array':
      case 'instance':
      case 'error':
        return cleanProperties(value, kind, this, name);
      case 'map':
        this.#noExtras(value);
        return cleanMap(value as Map<unknown, unknown>, this); // kindOf has checked its slots
      case 'set':
        this.#noExtras(value);
        return cleanSet(value as Set<unknown>, this); // kindOf has checked its slots
      case 'bytes':
        return cleanView(value as ArrayBufferView, this.walk); // kindOf has asked ArrayBuffer.isView
      case 'buffer':
        return cleanBuffer(value as ArrayBuffer, this.walk); // kindOf has checked its tag
      case 'regexp':
        return cleanPattern(value as RegExp, this.walk); // kindOf has checked its tag
      case 'url':
        return cleanAddress(value, (text) => new URL(text), this.walk);
      case 'search':
        return cleanAddress(value, (text) => new URLSearchParams(text), this.walk);
      case 'text':
        return cleanBoxedText(value, name, this.walk);
      case 'date':
      case 'boxed':
      case 'numeric':
        return value;
      case 'opaque':
        throw this.walk.refusal('UNREDACTABLE', 'a function, promise, stream or weak collection cannot be redacted');
    }
  }

  #noExtras(value: object): void {
    if (Reflect.ownKeys(value).length > 0) throw this.walk.refusal('UNREDACTABLE', 'a collection with properties of its own cannot be redacted');
  }

  #checkAccessors(shown: object): void {
    if (InheritedAccessors.isPlain(Object.getPrototypeOf(shown))) return;
    this.#accessors ??= new InheritedAccessors(this.walk, this.#isOpaque ?? (() => false), (text, name) => {
      if (typeof text === 'string') this.walk.text(text, name);
      else cleanNumber(text, name, this.walk);
    });
    this.#accessors.check(shown);
  }
}

function hasClass(kind: ValueKind): boolean {
  return kind === 'instance' || kind === 'error' || kind === 'array' || kind === 'map' || kind === 'set';
}

function signOf(text: string, { category, start, end }: Finding): string {
  return `${category} ${text.slice(start, end)}`;
}
