import type { Newable } from 'inversify';
import type { MovedTool } from '../moved-tool.js';
import type { BodyOf } from './child-mode.js';
import { NoSuchTool } from './no-such-tool.js';
import { whyNotLoaded } from './why-not-loaded.js';

/** A tool as the child runs it: the original body, already bound to its instance. */
export type LoadedTool = (args: readonly unknown[]) => unknown;

type Module = Readonly<Record<string, unknown>>;

/** Finds tools by the names that the parent gives them; modules and instances are made once. */
export class ToolLoader {
  readonly #bodyOf: BodyOf;
  readonly #instances = new Map<unknown, Promise<object>>();

  constructor(bodyOf: BodyOf) {
    this.#bodyOf = bodyOf;
  }

  /** @throws NoSuchTool */
  async load(tool: MovedTool): Promise<LoadedTool> {
    const module = await importOf(tool.module);
    const exported = Object.hasOwn(module, tool.export) ? module[tool.export] : undefined;
    if (typeof exported !== 'function') {
      throw new NoSuchTool(`the module exports no function or class "${short(tool.export)}"; it exports ${namesOf(module)}: name one of them in sandbox: { export }`);
    }
    if (tool.method === undefined) return this.#function(exported as (...args: never[]) => unknown);
    return this.#method(exported as Newable<object>, tool.method, tool, module);
  }

  #function(exported: (...args: never[]) => unknown): LoadedTool {
    if (isClass(exported)) throw new NoSuchTool('the export is a class: name its method as well, in sandbox: { method }');
    const body = this.#bodyOf(exported) ?? exported;
    return (args): unknown => Reflect.apply(body, undefined, args);
  }

  async #method(owner: Newable<object>, name: string, tool: MovedTool, module: Module): Promise<LoadedTool> {
    const self = tool.isStatic === true ? owner : await this.#instance(owner, module, tool);
    const method: unknown = (self as unknown as Module)[name];
    if (typeof method !== 'function') throw new NoSuchTool(`the class "${short(tool.export)}" has no method "${short(name)}"`);
    const body = this.#bodyOf(method) ?? (method as LoadedTool);
    return (args): unknown => Reflect.apply(body, self, args);
  }

  #instance(owner: Newable<object>, module: Module, { modules = 'sandboxModules' }: MovedTool): Promise<object> {
    let instance = this.#instances.get(owner);
    if (instance === undefined) {
      // Functions have no use for a container, and loading one takes its time.
      instance = import('./make-instance.js').then(({ makeInstance }) => makeInstance(owner, module[modules]));
      this.#instances.set(owner, instance);
    }
    return instance;
  }
}

async function importOf(url: string): Promise<Module> {
  try {
    return (await import(url)) as Module;
  } catch (error) {
    throw whyNotLoaded(url, error);
  }
}

function isClass(fn: object): boolean {
  // The prototype of a class cannot be written, that of a function can.
  return Object.getOwnPropertyDescriptor(fn, 'prototype')?.writable === false;
}

function namesOf(module: Module): string {
  const names = Object.keys(module).filter((name) => typeof module[name] === 'function').map(short);
  return names.length === 0 ? 'none' : names.slice(0, 10).join(', ');
}

function short(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]{0,79}$/u.test(name) ? name : '(name)';
}
