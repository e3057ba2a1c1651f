import type { HookEvent, HookRegistry, Hook } from './hook-registry.js';

interface HookNote {
  readonly event: HookEvent;
  readonly key: string | symbol;
}

/** Which methods of a class are hooks. A note on the class; nothing is registered until a container has an instance. */
const notes = new WeakMap<object, HookNote[]>();
const marked = new WeakMap<object, HookEvent>();

type HookMethod = (context: never) => unknown;

/** A method decorator in both of TypeScript's dialects. */
interface HookDecorator {
  // T keeps the descriptor's own type: a descriptor is invariant, so `unknown` would refuse async methods.
  <T extends HookMethod>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<T>): void;
  (method: HookMethod, context: ClassMethodDecoratorContext): void;
}

/** Marks a method as a pre-call hook of the container that makes its instance. It may veto; what it throws blocks the call. */
export const OnPreCall = hookDecorator('pre_call');
/** Marks a method to be told of every call that ran. */
export const OnPostCall = hookDecorator('post_call');
/** Marks a method to be told of every violation, logged ones included. */
export const OnViolation = hookDecorator('violation');
/** Marks a method to be told when something was hidden. */
export const OnRedaction = hookDecorator('redaction');

function hookDecorator(event: HookEvent): () => HookDecorator {
  return () => (target: object, context: string | symbol | ClassMethodDecoratorContext) => {
    if (typeof context === 'object') {
      marked.set(target, event); // standard dialect: `target` is the method itself
      return;
    }
    const list = notes.get(target) ?? [];
    notes.set(target, [...list, { event, key: context }]);
  };
}

/** Adds the hook methods of an instance, its parents' included, to a registry. */
export function registerHooks(instance: object, registry: () => HookRegistry): void {
  const seen = new Set<string | symbol>();
  for (let level: unknown = Object.getPrototypeOf(instance); isObject(level) && level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const { event, key } of hooksOf(level)) {
      if (seen.has(key)) continue;
      seen.add(key);
      const method: unknown = Reflect.get(instance, key);
      if (typeof method === 'function') registry().on(event, method.bind(instance) as Hook<HookEvent>);
    }
  }
}

/** Whether a prototype, or one of its parents, has hook methods. */
export function hasHooks(prototype: object): boolean {
  for (let level: unknown = prototype; isObject(level) && level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    if (hooksOf(level).length > 0) return true;
  }
  return false;
}

function hooksOf(prototype: object): readonly HookNote[] {
  const found = [...(notes.get(prototype) ?? [])];
  for (const key of Reflect.ownKeys(prototype)) {
    const method: unknown = Object.getOwnPropertyDescriptor(prototype, key)?.value;
    const event = isObject(method) ? marked.get(method) : undefined;
    if (event !== undefined) found.push({ event, key });
  }
  return found;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' || typeof value === 'function') && value !== null;
}
