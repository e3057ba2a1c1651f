import { readFileSync } from 'node:fs';
import { loadOptional, optionalFile } from './load-optional.js';
import { SqlSyntaxFault } from './sql-usage.js';
import { isTreeObject } from './tree-object.js';

const packageName = 'libpg-query';

/** PostgreSQL's own parser: a text in, the tree of the server's grammar out. */
export interface PostgresParser {
  readonly ready: Promise<void> | undefined;
  /** @throws SqlSyntaxFault for text that does not parse. */
  parse(text: string): unknown;
}

type Exports = Readonly<Record<string, unknown>>;

/** The part of the WebAssembly API that is used here; the Node typings in use have none. */
declare const WebAssembly: {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Exports };
};

/** What is used of the package's WebAssembly build; the struct layout is that of libpg_query's PgQueryParseResult. */
interface Wasm {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _wasm_parse_query_raw(pointer: number): number;
  _wasm_free_parse_result(pointer: number): void;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, pointer: number, bytes: number): void;
  UTF8ToString(pointer: number): string;
  getValue(pointer: number, type: 'i32'): number;
}

type Instantiate = (imports: object, done: (instance: { readonly exports: Exports }) => void) => object;
type Factory = (options: { readonly instantiateWasm: Instantiate; readonly print: () => void; readonly printErr: () => void }) => Promise<unknown>;

/** Beyond this much memory an instance is thrown away: WebAssembly memory never shrinks. */
const maxMemoryBytes = 256 * 1024 * 1024;

const functionNames = ['_malloc', '_free', '_wasm_parse_query_raw', '_wasm_free_parse_result', 'lengthBytesUTF8', 'stringToUTF8', 'UTF8ToString', 'getValue'];

function isWasm(value: object): value is Wasm {
  const parts = value as Readonly<Record<string, unknown>>; // Any object may be asked for any key.
  return functionNames.every((name) => typeof parts[name] === 'function') && ArrayBuffer.isView(parts['HEAPU8']);
}

/**
 * The package starts up asynchronously, a policy loads synchronously. Its glue code fills the options object that it is
 * given before its first `await` when the instance is made in `instantiateWasm`, so nothing needs waiting for.
 */
class Instances {
  readonly #factory: Factory;
  readonly #module: object;
  #current: Wasm | undefined;

  constructor(factory: Factory, binary: Buffer) {
    this.#factory = factory;
    this.#module = new WebAssembly.Module(binary);
  }

  parse(text: string): unknown {
    const wasm = (this.#current ??= this.#start());
    // An instance that was left in the middle of a parse may be in any state: it is used again only after a clean one.
    this.#current = undefined;
    const answer = parseWith(wasm, text);
    if (wasm.HEAPU8.length <= maxMemoryBytes) this.#current = wasm;
    if (answer instanceof SqlSyntaxFault) throw answer;
    return JSON.parse(answer);
  }

  #start(): Wasm {
    const silent = (): void => undefined;
    const options = {
      print: silent,
      printErr: silent,
      instantiateWasm: (imports: object, done: (instance: { readonly exports: Exports }) => void): object => {
        const exports = runConstructorsOnce(new WebAssembly.Instance(this.#module, imports).exports);
        done({ exports });
        return exports;
      },
    };
    // A start that fails leaves the options unfilled, which is seen below.
    this.#factory(options).catch(silent);
    if (!isWasm(options)) throw new Error(`the package "${packageName}" does not start synchronously`);
    return options;
  }
}

/** Emscripten exports `__wasm_call_ctors` first, under a short name, and calls it after an `await`: that is too late. */
function runConstructorsOnce(exports: Exports): Exports {
  const first = Object.entries(exports).find(([, value]) => typeof value === 'function');
  if (first === undefined) return exports;
  const [name, construct] = first;
  if (!isProcedure(construct)) return exports;
  construct();
  return { ...exports, [name]: () => undefined };
}

function isProcedure(value: unknown): value is () => unknown {
  return typeof value === 'function' && value.length === 0;
}

function isFunction(value: unknown): value is (...parameters: readonly unknown[]) => unknown {
  return typeof value === 'function';
}

function parseWith(wasm: Wasm, text: string): string | SqlSyntaxFault {
  const bytes = wasm.lengthBytesUTF8(text) + 1;
  const query = wasm._malloc(bytes);
  if (query === 0) throw new Error('the SQL parser has no memory left');
  wasm.stringToUTF8(text, query, bytes);
  const result = wasm._wasm_parse_query_raw(query);
  if (result === 0) throw new Error('the SQL parser has no memory left');
  const tree = wasm.getValue(result, 'i32');
  const error = wasm.getValue(result + 8, 'i32');
  const answer = error === 0 ? wasm.UTF8ToString(tree) : syntaxFault(text, wasm.getValue(error + 16, 'i32') - 1);
  wasm._free(query);
  wasm._wasm_free_parse_result(result);
  return answer;
}

/** `codePoints` counts characters as the server does; the server's message quotes the text and is left out. */
function syntaxFault(text: string, codePoints: number): SqlSyntaxFault {
  let offset = 0;
  for (let left = codePoints; left > 0 && offset < text.length; left--) offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  return new SqlSyntaxFault('the text is not valid PostgreSQL', codePoints < 0 ? undefined : offset);
}

function synchronousParser(): PostgresParser | undefined {
  const glue = optionalFile(`${packageName}/wasm/libpg-query.js`);
  const binary = optionalFile(`${packageName}/wasm/libpg-query.wasm`);
  if (glue === undefined || binary === undefined) return undefined;
  try {
    const factory = loadOptional(packageName, glue);
    if (typeof factory !== 'function') return undefined;
    // A function of one options object: checked by the two parses below, not by its type.
    const instances = new Instances(factory as Factory, readFileSync(binary));
    return answersRight((text) => instances.parse(text)) ? { ready: undefined, parse: (text) => instances.parse(text) } : undefined;
  } catch {
    // The package is built in another way than known here: its public, asynchronous way is left.
    return undefined;
  }
}

function answersRight(parse: (text: string) => unknown): boolean {
  const tree = parse('select a from b; drop table c');
  const right = JSON.stringify(tree).includes('"DropStmt"') && JSON.stringify(tree).includes('"relname":"b"');
  try {
    parse('select (');
    return false;
  } catch (error) {
    return right && error instanceof SqlSyntaxFault;
  }
}

/** The package's public way, which can be used only after it has loaded. */
export function asynchronousParser(api: unknown = loadOptional(packageName)): PostgresParser {
  if (!isTreeObject(api)) throw new Error(`the package "${packageName}" exports nothing`);
  const { loadModule, parseSync } = api;
  if (!isFunction(loadModule) || !isFunction(parseSync)) throw new Error(`the package "${packageName}" has no loadModule and parseSync: version 18 is needed`);
  let loaded = false;
  const ready = Promise.resolve(loadModule()).then(() => {
    loaded = true;
  });
  // The promise is for whoever waits; without one the check goes on refusing.
  ready.catch(() => undefined);
  return {
    ready,
    parse: (text) => {
      if (!loaded) throw new SqlSyntaxFault('the SQL parser is still loading; await policy.ready');
      try {
        return parseSync(text);
      } catch (error) {
        if (isTreeObject(error) && isTreeObject(error['sqlDetails'])) throw syntaxFault(text, -1);
        throw error;
      }
    },
  };
}

let shared: PostgresParser | undefined;

/**
 * The parser, one for the whole process: an instance takes 128 MB of address space and 10 ms.
 *
 * @throws MissingParserError when the package is not installed.
 */
export function postgresParser(): PostgresParser {
  shared ??= synchronousParser() ?? asynchronousParser();
  return shared;
}
