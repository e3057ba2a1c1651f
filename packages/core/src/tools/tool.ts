import 'reflect-metadata';
import { SettingsError } from '../errors.js';
import { checkedDescription, checkedHints, declareTool, refuseMany } from './declaration.js';
import type { ToolHints } from './enforced-tool.js';
import { noInput } from './no-input.js';
import { toolInput, type ToolInputSource } from './to-input.js';
import type { ToolInput } from './tool-input.js';

type AnyFunction = (this: never, ...args: never[]) => unknown;

/** What a model and its framework are told of a method. */
export interface ToolOptions {
  /** For the model that chooses the tool: what it does and when to use it. At most 4,096 characters, all of them visible. */
  readonly description: string;
  /** What the method takes; its parameter's class where TypeScript's metadata tells it (`emitDecoratorMetadata`). */
  readonly input?: ToolInputSource;
  /** A name for people to read, in place of the one in `hints`. */
  readonly title?: string;
  /** Told to clients of MCP and to Mastra as annotations; no rule looks at them. */
  readonly hints?: ToolHints;
}

/** A method decorator in both of TypeScript's dialects. */
export interface ToolDecorator {
  (target: object, key: string | symbol, descriptor: PropertyDescriptor): void;
  (method: AnyFunction, context: ClassMethodDecoratorContext): void;
}

/**
 * Makes an enforced method a tool that a model can be told of: stands beside `@Enforce`, above or below it. The method takes
 * one object or nothing; what it is given is transformed and checked before any rule sees it.
 *
 * @throws SettingsError at the definition of the class.
 */
export function Tool(options: ToolOptions): ToolDecorator {
  function decorate(target: object, keyOrContext: string | symbol | ClassMethodDecoratorContext, descriptor?: TypedPropertyDescriptor<AnyFunction>): void {
    const isStandard = typeof keyOrContext === 'object';
    const name = String(isStandard ? keyOrContext.name : keyOrContext);
    const method = isStandard ? target : descriptor?.value;
    if (typeof method !== 'function' || (isStandard && (keyOrContext.kind as string) !== 'method')) {
      throw new SettingsError(`@Tool is for methods, and "${name}" is none; make a tool of a function with defineTool({…})`);
    }
    const types: unknown = isStandard ? undefined : Reflect.getOwnMetadata('design:paramtypes', target, keyOrContext);
    declareTool(method, {
      description: checkedDescription(options.description, name),
      hints: checkedHints(options.hints, options.title, name),
      input: inputOf(method as AnyFunction, options.input, types, name),
    });
  }
  // The overloads are one function that looks at what it is given.
  return decorate as ToolDecorator;
}

function inputOf(method: AnyFunction, source: ToolInputSource | undefined, types: unknown, name: string): ToolInput {
  const declared = Array.isArray(types) ? types.length : method.length;
  refuseMany(Math.max(declared, method.length), name);
  if (source !== undefined) return toolInput(source);
  if (declared === 0) return noInput;
  const type: unknown = Array.isArray(types) ? types[0] : undefined;
  if (typeof type === 'function' && !plainTypes.has(type)) return toolInput(type as new () => object); // a class, as its decorators noted it
  throw new SettingsError(`the tool "${name}" does not tell what it takes; give @Tool an input: a class, a schema or jsonSchema({…})`);
}

/** What TypeScript notes where a type is no class. */
const plainTypes: ReadonlySet<unknown> = new Set([Object, Array, String, Number, Boolean, Function, Symbol, BigInt, Promise, Map, Set, Date]);
