import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type * as QuickJsApi from 'quickjs-emscripten';
import { SandboxError } from '../sandbox/sandbox-errors.js';
import { LimitedMemory } from './limited-memory.js';

const require = createRequire(import.meta.url);
const packageName = 'quickjs-emscripten';
const variantName = '@jitl/quickjs-wasmfile-release-sync';

// As the standard says; the types of Node 20 know the namespace only by name.
const { compile } = Reflect.get(globalThis, 'WebAssembly') as { readonly compile: (bytes: Uint8Array) => Promise<WebAssembly.Module> };

export type QuickJs = typeof QuickJsApi;

interface Loaded {
  readonly api: QuickJs;
  readonly code: WebAssembly.Module;
}

/** One interpreter with a memory of its own, for one run. */
export interface Instance {
  readonly api: QuickJs;
  readonly context: QuickJsApi.QuickJSContext;
  readonly memory: LimitedMemory;
}

/** Compiles the interpreter once, and makes instances of it, one after the other. */
export class Engine {
  #loaded: Promise<Loaded> | undefined;
  #line: Promise<unknown> = Promise.resolve();
  /** The last run's memory, wiped: a new one each time would keep the garbage collector busy. */
  #spare: LimitedMemory | undefined;

  /**
   * Hands a fresh instance to `use`, which runs to its end before the next one begins: each reserves address space, and
   * the code inside holds the thread anyway.
   *
   * @throws SandboxError when the package is missing or no memory can be reserved.
   */
  withInstance<T>(memoryBytes: number, use: (instance: Instance) => T): Promise<T> {
    const turn = this.#line.then(() => this.#serve(memoryBytes, use));
    this.#line = turn.catch(() => undefined);
    return turn;
  }

  async #serve<T>(memoryBytes: number, use: (instance: Instance) => T): Promise<T> {
    const memory = this.#memoryOf(memoryBytes);
    const instance = await this.#make(memory);
    try {
      return use(instance);
    } finally {
      // Nothing of an instance outlives it but this memory, and of the memory nothing but its address.
      if (memory.wipe()) this.#spare = memory;
    }
  }

  #memoryOf(bytes: number): LimitedMemory {
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare?.maximumBytes === bytes) return spare;
    try {
      return new LimitedMemory(bytes);
    } catch (cause) {
      throw new SandboxError(`no ${String(bytes)} bytes of memory can be reserved for a code interpreter`, { cause });
    }
  }

  async #make(memory: LimitedMemory): Promise<Instance> {
    this.#loaded ??= load();
    try {
      return await instantiate(await this.#loaded, memory);
    } catch (error) {
      this.#loaded = undefined;
      if (error instanceof SandboxError) throw error;
      throw new SandboxError('the code interpreter could not be started', { cause: error });
    }
  }
}

async function load(): Promise<Loaded> {
  let api: QuickJs;
  let file: string;
  try {
    api = await import('quickjs-emscripten');
    file = createRequire(require.resolve(packageName)).resolve(`${variantName}/wasm`);
  } catch (cause) {
    throw new SandboxError(`running code needs the package "${packageName}", version 0.32: npm install ${packageName}@0.32`, { cause });
  }
  return { api, code: await compile(await readFile(file)) };
}

async function instantiate({ api, code }: Loaded, memory: LimitedMemory): Promise<Instance> {
  // What Emscripten itself reads: nothing of the code's is printed, and nothing of ours is told. Its types name less.
  const silent = { print: nothing, printErr: nothing, thisProgram: 'code' } as object;
  const variant = api.newVariant(api.RELEASE_SYNC, { wasmModule: code, wasmMemory: memory.memory, log: nothing, emscriptenModule: silent });
  const module = await api.newQuickJSWASMModuleFromVariant(variant);
  return { api, context: module.newContext(), memory };
}

function nothing(): undefined {
  return undefined;
}
