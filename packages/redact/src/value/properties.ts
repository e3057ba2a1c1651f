import { absent, rebuild } from './rebuild.js';
import type { Walk } from './walk.js';

type Key = string | symbol;
type Kind = 'plain' | 'array' | 'instance' | 'error';

/** What cleans the members of an object: the redactor of values, and what puts values back. */
export interface MemberCleaner {
  readonly walk: Walk;
  /** What the member is to be called. */
  nameOf(key: Key, kind: Kind): Key;
  clean(value: unknown, name?: string): unknown;
  cleanStack(stack: string, owner: object): string;
}

// A third of the cost of a descriptor for the elements of an array. It stops at the own property.
const lookUpGetter = Reflect.get(Object.prototype, '__lookupGetter__') as (this: object, key: PropertyKey) => unknown; // ECMA-262 B.2.2.4

/** An object on its way: its keys, what they are called now, and the values they have now. */
interface Draft {
  readonly owner: object;
  readonly kind: Kind;
  readonly keys: Key[];
  names: Key[];
  /** What was read and cleaned is what is kept: code that runs meanwhile may change the object. */
  readonly values: unknown[];
  isChanged: boolean;
}

/** Own properties whatever their flags, each read once; the object itself when nothing changed. */
export function cleanProperties(owner: object, kind: Kind, cleaner: MemberCleaner, ownName?: string): unknown {
  const { walk } = cleaner;
  const length = kind === 'array' ? (owner as readonly unknown[]).length : 0;
  walk.room(length);
  const keys = keysOf(owner, kind);
  walk.room(keys.length);
  const draft: Draft = { owner, kind, keys, names: keys, values: new Array<unknown>(keys.length), isChanged: false };
  // Indices come first and in order, so the last one being there means that all are.
  const isDense = length > 0 && keys[length - 1] === String(length - 1);
  if (isDense) cleanElements(draft, length, cleaner, ownName);
  for (let at = isDense ? length : 0; at < keys.length; at += 1) cleanProperty(draft, at, cleaner);
  walk.at(undefined);
  return draft.isChanged ? rebuild(owner, kind, draft) : owner;
}

/** For objects with names two lists cost a third of one, for arrays a bit more. */
function keysOf(value: object, kind: Kind): Key[] {
  if (kind === 'array') return Reflect.ownKeys(value);
  const names: Key[] = Object.getOwnPropertyNames(value);
  const symbols = Object.getOwnPropertySymbols(value);
  return symbols.length === 0 ? names : names.concat(symbols);
}

/** What the name of a list says, it says of its elements: `passwords: ['…']`. */
function cleanElements(draft: Draft, length: number, cleaner: MemberCleaner, name: string | undefined): void {
  const elements = draft.owner as readonly unknown[]; // only arrays have elements
  for (let at = 0; at < length; at += 1) {
    const before = lookUpGetter.call(elements, at) === undefined ? elements[at] : undefined;
    // These may be an accessor or hidden: its descriptor tells.
    if (before === undefined || typeof before === 'function') {
      cleanProperty(draft, at, cleaner);
      continue;
    }
    cleaner.walk.at(at);
    keep(draft, at, before, cleaner.clean(before, name));
  }
}

function cleanProperty(draft: Draft, at: number, cleaner: MemberCleaner): void {
  const { owner, kind, keys } = draft;
  const key = keys[at] as Key; // callers count up to its length
  const descriptor = kind === 'array' && key === 'length' ? undefined : Object.getOwnPropertyDescriptor(owner, key);
  if (descriptor === undefined) {
    draft.values[at] = absent;
    return;
  }
  cleaner.walk.at(kind === 'array' ? stepOf(key) : typeof key === 'string' ? key : String(key));
  const name = cleaner.nameOf(key, kind);
  if (name !== key) rename(draft, at, name);
  const isAccessor = descriptor.get !== undefined || descriptor.set !== undefined;
  const before: unknown = isAccessor ? readAccessor(owner, key, cleaner.walk) : descriptor.value;
  const isStack = kind === 'error' && key === 'stack' && typeof before === 'string';
  const isHidden = descriptor.enumerable !== true && typeof before === 'function';
  const after = isHidden ? before : isStack ? cleaner.cleanStack(before, owner) : cleaner.clean(before, typeof key === 'string' ? key : undefined);
  // An accessor may answer differently next time, so what was read is what is kept.
  if (isAccessor && !(kind === 'error' && key === 'stack')) draft.isChanged = true;
  keep(draft, at, before, after);
}

function keep(draft: Draft, at: number, before: unknown, after: unknown): void {
  draft.values[at] = after;
  if (!Object.is(after, before)) draft.isChanged = true;
}

function rename(draft: Draft, at: number, name: Key): void {
  if (draft.names === draft.keys) draft.names = [...draft.keys];
  draft.names[at] = name;
  draft.isChanged = true;
}

/** Its error may hold the value, even when it is one of ours. */
function readAccessor(owner: object, key: Key, walk: Walk): unknown {
  try {
    return Reflect.get(owner, key);
  } catch {
    throw walk.refusal('UNREDACTABLE', 'an object that throws when read cannot be redacted');
  }
}

function stepOf(key: Key): string | number {
  return typeof key === 'string' && /^\d+$/.test(key) ? Number(key) : String(key);
}
