import 'reflect-metadata';
import { currentFrame, runInFrame } from './call.js';
import { CallSite, type EnforceOptions, type SiteExtras } from './call-site.js';
import { markEnforced } from './container/attachment.js';
import type { EnforceContainer } from './container/enforce-container.js';
import { EnforceCoreError } from './errors.js';
import { functionKind } from './pipeline/function-kind.js';
import { canonicalToolName } from './policy/tool-name.js';
import { noteBody, sealBodies } from './sandbox/child/child-mode.js';
import { Movable } from './sandbox/movable.js';
import { labelsOfMethod } from './sensitivity/call-labels.js';
import { carryDeclaration } from './tools/declaration.js';
import { noteSite } from './tools/enforced-site.js';

// From here on the bodies of enforced functions are reachable from nowhere, unless this is a sandbox's child.
sealBodies();

type AnyFunction = (this: never, ...args: never[]) => unknown;

/** A method decorator in both of TypeScript's dialects: legacy (`experimentalDecorators`) and standard. */
export interface EnforceDecorator {
  <T extends AnyFunction>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<T>): TypedPropertyDescriptor<T>;
  <T extends AnyFunction>(method: T, context: ClassMethodDecoratorContext): T;
}

/**
 * Makes every call of a method an enforced one. The method keeps its name, length, `this`, metadata and kind: what
 * returned a value, a promise or a stream still does. An instance is enforced by the container that made it, else by the
 * container of the current scope, else by the process's own.
 *
 * @throws EnforceCoreError at the definition of the class, for what cannot be enforced.
 */
export function Enforce(options: EnforceOptions = {}): EnforceDecorator {
  function decorate(
    target: object,
    keyOrContext: string | symbol | ClassMethodDecoratorContext,
    descriptor?: TypedPropertyDescriptor<AnyFunction>,
  ): unknown {
    if (typeof keyOrContext === 'object') {
      if ((keyOrContext.kind as string) !== 'method') notAMethod(keyOrContext.name);
      return enforced(target as AnyFunction, toolOf(options, keyOrContext.name), options, { key: keyOrContext.name });
    }
    const method = descriptor?.value;
    if (descriptor === undefined || typeof method !== 'function') return notAMethod(keyOrContext);
    const labels = labelsOfMethod(target, keyOrContext, options.params);
    return { ...descriptor, value: enforced(method, toolOf(options, keyOrContext), options, { labels, key: keyOrContext }) };
  }
  // The overloads are one function that looks at what it is given.
  return decorate as EnforceDecorator;
}

/** Makes every call of a function an enforced one. The function itself stays reachable for whoever holds it. */
export function enforce<T extends AnyFunction>(fn: T, options: EnforceOptions & { readonly container?: EnforceContainer } = {}): T {
  return enforced(fn, options.tool ?? fn.name, options, { container: options.container }) as T;
}

interface Place extends SiteExtras {
  /** Of a method. */
  readonly key?: string | symbol;
}

function enforced(fn: AnyFunction, tool: string, options: EnforceOptions, { key, ...extras }: Place = {}): AnyFunction {
  canonicalToolName(tool); // refused here, where the name stands, and not at the first call
  const kind = functionKind(fn);
  const hasOpaque = (options.opaque?.length ?? 0) > 0;
  const movable = new Movable(options.sandbox, { tool, kind, hasOpaque, key, name: fn.name });
  const site = new CallSite(tool, kind, options, { ...extras, movable });
  const wrapper = wrap[kind](site, fn);
  dress(wrapper, fn);
  movable.belongsTo(wrapper);
  markEnforced(wrapper, { tool, policy: options.policy, movable });
  noteBody(wrapper, fn);
  noteSite(wrapper, {
    tool,
    kind,
    hasOpaque,
    call: (self, args, caller) => site.call(self, fn, args, caller, true),
    takes: (input) => { site.takes(input); },
  });
  carryDeclaration(wrapper, fn);
  return wrapper;
}

/** A wrapper that gives back what the function gives: a value, a promise, a generator. */
const wrap = {
  plain: (site: CallSite, fn: AnyFunction): AnyFunction =>
    function (this: unknown, ...args: readonly unknown[]) {
      return site.call(this, fn, args);
    },
  async: (site: CallSite, fn: AnyFunction): AnyFunction =>
    async function (this: unknown, ...args: readonly unknown[]) {
      return await site.call(this, fn, args);
    },
  generator: (site: CallSite, fn: AnyFunction): AnyFunction =>
    function (this: unknown, ...args: readonly unknown[]) {
      return later(inThisFrame(() => site.call(this, fn, args) as Generator));
    },
  async_generator: (site: CallSite, fn: AnyFunction): AnyFunction =>
    function (this: unknown, ...args: readonly unknown[]) {
      return laterAsync(inThisFrame(() => site.call(this, fn, args) as Promise<AsyncGenerator>));
    },
};

/** A generator's body starts at its first pull, perhaps in another scope; its call belongs to the scope that made it. */
function inThisFrame<T>(make: () => T): () => T {
  const frame = currentFrame();
  return frame === undefined ? make : () => runInFrame(frame, make);
}

function* later(start: () => Generator): Generator {
  return (yield* start()) as unknown;
}

async function* laterAsync(start: () => Promise<AsyncGenerator>): AsyncGenerator {
  return (yield* await start()) as unknown;
}

/** What others read off a function: its name, its length, its own properties and its metadata. */
function dress(wrapper: AnyFunction, fn: AnyFunction): void {
  for (const key of Reflect.ownKeys(fn)) {
    if (key === 'prototype' || key === 'arguments' || key === 'caller') continue;
    const descriptor = Object.getOwnPropertyDescriptor(fn, key);
    if (descriptor !== undefined) Object.defineProperty(wrapper, key, descriptor);
  }
  for (const key of Reflect.getOwnMetadataKeys(fn)) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, fn), wrapper);
  }
}

function toolOf(options: EnforceOptions, key: string | symbol): string {
  if (options.tool !== undefined) return options.tool;
  if (typeof key === 'string') return key;
  throw new EnforceCoreError('NOT_ENFORCED', 'a method with a symbol for a name needs @Enforce({ tool })');
}

function notAMethod(key: string | symbol): never {
  throw new EnforceCoreError('NOT_ENFORCED', `@Enforce is for methods, and "${String(key)}" is none; wrap a function with enforce(fn)`);
}
