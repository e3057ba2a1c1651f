import { pathToFileURL } from 'node:url';
import type { FunctionKind } from '../pipeline/function-kind.js';
import { sandboxLevels, type SandboxLevel } from './level.js';
import type { MovedTool } from './moved-tool.js';
import { SandboxError } from './sandbox-errors.js';

/** Where a tool may run, and how a child finds it: code is named, never sent. */
export interface SandboxPlace {
  /** The weakest wall that the tool's author accepts; `inline` by default: the policy says. */
  readonly level?: SandboxLevel;
  /** `import.meta.url` of the file that the tool is in. */
  readonly module: string;
  /** The export: a function, or the class; the function's or the class's own name by default. */
  readonly export?: string;
  /** The method, where it is not the decorated one's name. */
  readonly method?: string;
  /** The export with the `ContainerModule`s that the class needs in the child; `sandboxModules` by default. */
  readonly modules?: string;
}

export type SandboxOption = SandboxLevel | SandboxPlace;

/** What is said to whoever has a tool that cannot be moved. */
export const howToMove =
  'write @Enforce({ sandbox: { module: import.meta.url } }) on an async method or async generator of an exported class, ' +
  'or enforce(fn, { sandbox: { module: import.meta.url, export: \'name\' } }) for an exported async function';

/** What the code around an enforced function says of it. */
export interface SiteFacts {
  readonly tool: string;
  readonly kind: FunctionKind;
  readonly hasOpaque: boolean;
  /** The function's own name. */
  readonly name: string;
  /** Of a method. */
  readonly key: string | symbol | undefined;
}

/** What a request says of its tool's sandbox. */
export interface SandboxRequest {
  readonly level: SandboxLevel;
  readonly tool: MovedTool | undefined;
  /** Why there is no tool, where that is known. */
  readonly fault?: string;
}

/** How one enforced function is found by a child, worked out once. */
export class Movable {
  readonly level: SandboxLevel;
  /** What is in the way; `undefined` for what can be moved. */
  readonly fault: string | undefined;
  readonly #place: SandboxPlace | undefined;
  readonly #facts: SiteFacts;
  /** By the prototype of the instance: which class a child has to make. */
  readonly #methods = new WeakMap<object, SandboxRequest>();
  #function: SandboxRequest | undefined;
  #wrapper: unknown;

  /** @throws SandboxError when the option asks for what cannot be done. */
  constructor(option: SandboxOption | undefined, facts: SiteFacts) {
    this.#place = typeof option === 'object' ? option : undefined;
    this.level = typeof option === 'string' ? option : (option?.level ?? 'inline');
    this.#facts = facts;
    this.fault = this.#faultOf();
    const isAsked = this.#place !== undefined || this.level !== 'inline';
    if (!sandboxLevels.includes(this.level)) throw new SandboxError(`a sandbox of "${facts.tool}" has to be one of: ${sandboxLevels.join(', ')}`, { toolName: facts.tool });
    if (isAsked && this.fault !== undefined) throw new SandboxError(`"${facts.tool}" cannot be moved into a sandbox: ${this.fault}; ${howToMove}`, { toolName: facts.tool });
  }

  /** The enforced function itself, by which the class that has it is told. */
  belongsTo(wrapper: unknown): void {
    this.#wrapper = wrapper;
  }

  /** Never throws: a call that cannot be moved is refused where it is recorded. `undefined` for what was never meant to be moved. */
  requestFor(self: unknown): SandboxRequest | undefined {
    const place = this.#place;
    if (place === undefined) return undefined;
    if (this.#facts.key === undefined) return (this.#function ??= this.#moved(place, { export: place.export ?? this.#facts.name, method: place.method }));
    const owner = ownerOf(self);
    if (owner === undefined) return this.#lost('it is called on nothing that was made by a class');
    let request = this.#methods.get(owner.key);
    if (request === undefined) {
      request = this.#methodOf(place, owner);
      this.#methods.set(owner.key, request);
    }
    return request;
  }

  #faultOf(): string | undefined {
    const { kind, hasOpaque, name, key } = this.#facts;
    if (this.#place === undefined) return 'no module is named where a child would find it';
    if (!isFileUrl(this.#place.module)) return `its module is no file: URL, as import.meta.url is; got ${typeof this.#place.module === 'string' ? 'other text' : typeof this.#place.module}`;
    if (kind === 'plain' || kind === 'generator') return `it is ${kind === 'plain' ? 'synchronous' : 'a synchronous generator'} and cannot wait for a child`;
    if (hasOpaque) return 'opaque arguments are handed over by reference, which no wall lets through';
    if (typeof key === 'symbol') return 'a method with a symbol for a name cannot be named to a child';
    if (key === undefined && (this.#place.export ?? name) === '') return 'the function has no name of its own: name its export';
    return undefined;
  }

  #methodOf(place: SandboxPlace, { constructor, holder, isStatic }: Owner): SandboxRequest {
    const name = String(this.#facts.key); // no symbol, as asked when the option was read
    // By way of `super` another method than the one that the child would find.
    if (Reflect.get(holder, name) !== this.#wrapper) return this.#lost('it is called by way of a subclass that overrides it');
    const exported = place.export ?? constructor.name;
    if (exported === '') return this.#lost('its class has no name: name its export');
    return this.#moved(place, { export: exported, method: place.method ?? name, isStatic });
  }

  #moved({ module, modules }: SandboxPlace, named: Omit<MovedTool, 'module' | 'modules'>): SandboxRequest {
    return Object.freeze({ level: this.level, tool: Object.freeze({ ...named, module, modules }) });
  }

  #lost(fault: string): SandboxRequest {
    return Object.freeze({ level: this.level, tool: undefined, fault });
  }
}

interface Owner {
  readonly key: object;
  readonly holder: object;
  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- a class of anybody's
  readonly constructor: Function;
  readonly isStatic: boolean;
}

function ownerOf(self: unknown): Owner | undefined {
  if (typeof self === 'function') return { key: self, holder: self, constructor: self, isStatic: true };
  if (typeof self !== 'object' || self === null) return undefined;
  const holder: unknown = Object.getPrototypeOf(self);
  if (typeof holder !== 'object' || holder === null || holder === Object.prototype) return undefined;
  const constructor: unknown = Object.getOwnPropertyDescriptor(holder, 'constructor')?.value;
  return typeof constructor === 'function' ? { key: holder, holder, constructor, isStatic: false } : undefined;
}

function isFileUrl(module: unknown): boolean {
  return typeof module === 'string' && URL.canParse(module) && module.startsWith(pathToFileURL('/').protocol);
}
