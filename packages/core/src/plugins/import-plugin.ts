import { realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';
import { EnforceCoreError } from '../errors.js';
import type { GuardPlugin, LoadedPlugin, PluginManifest } from './plugin.js';

/**
 * Imports a plugin's module and makes what it exports: an object as it is, a class with `new`, without arguments.
 *
 * @throws EnforceCoreError `PLUGIN` that says what is wrong; the cause is the plugin's own error.
 */
export async function importPlugin(manifest: PluginManifest, timeoutMs: number): Promise<LoadedPlugin> {
  const file = moduleFile(manifest);
  const { exported } = await importedWithin(manifest, file, timeoutMs);
  try {
    return fitted(manifest, typeof exported === 'function' ? Reflect.construct(exported, []) : exported);
  } catch (error) {
    if (isOurs(error)) throw error;
    throw unusable(manifest, 'could not be made', error);
  }
}

/** What plugins throw may look like an error of ours in every way, but is none of these. */
const ourErrors = new WeakSet<object>();

function isOurs(error: unknown): boolean {
  return typeof error === 'object' && error !== null && ourErrors.has(error);
}

export function unusable({ id, version }: Pick<PluginManifest, 'id' | 'version'>, what: string, cause?: unknown): EnforceCoreError {
  const see = cause === undefined ? '' : '; see the cause';
  const error = new EnforceCoreError('PLUGIN', `the plugin "${id}" of version ${version} ${what}${see}; repair or update it, or take it out of the setting plugins`, { cause });
  ourErrors.add(error);
  return error;
}

/** Where links lead counts, not what is written: not out of the package, nor into another one that it has brought along. */
export function moduleFile(manifest: PluginManifest): string {
  let file: string;
  try {
    file = realpathSync(join(manifest.folder, manifest.module));
    if (!statSync(file).isFile()) throw new Error('it is no file');
  } catch (error) {
    throw unusable(manifest, `has no file ${manifest.module}`, error);
  }
  const inside = relative(realpathSync(manifest.folder), file).split(sep);
  if (inside.includes('..') || inside.includes('node_modules')) throw unusable(manifest, `has a module that leads out of its package, ${manifest.module}`);
  return file;
}

async function importedWithin(manifest: PluginManifest, file: string, timeoutMs: number): Promise<{ readonly exported: unknown }> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(unusable(manifest, `was not imported within ${String(timeoutMs)} ms`)), timeoutMs);
  });
  try {
    const module: unknown = await Promise.race([import(pathToFileURL(file).href), tooLong]);
    // In an object, since a promise asks what it is given for `then`, and that may be the plugin's own.
    return { exported: exportOf(manifest, module) };
  } catch (error) {
    if (isOurs(error)) throw error;
    throw unusable(manifest, 'could not be imported', error);
  } finally {
    clearTimeout(timer);
  }
}

/** Of a CommonJS module Node gives `exports` as the default export, and its names where it can tell them. */
function exportOf(manifest: PluginManifest, module: unknown): unknown {
  for (const place of [module, property(module, 'default')]) {
    if (isObject(place) && Object.hasOwn(place, manifest.export)) return property(place, manifest.export);
  }
  throw unusable(manifest, `does not export ${manifest.export}`);
}

/** Methods are taken once, and the result is frozen: what is done to the plugin later on changes nothing. */
function fitted(manifest: PluginManifest, made: unknown): LoadedPlugin {
  const { id: name, kind } = manifest;
  const method = (key: string): ((...args: readonly unknown[]) => unknown) => {
    const found = property(made, key);
    if (typeof found !== 'function') throw unusable(manifest, `is of the kind ${kind} and has no method ${key}()`);
    const call = found as (...args: readonly unknown[]) => unknown; // a function, and what it answers is checked where it is run
    // Asked of its function, it has to be known for asynchronous here as well, so that synchronous tools are refused in time.
    return types.isAsyncFunction(call) ? async (...args) => await Reflect.apply(call, made, args) : (...args) => Reflect.apply(call, made, args);
  };
  switch (kind) {
    case 'guard':
      return { kind, plugin: Object.freeze({ name, check: method('check') as GuardPlugin['check'] }) }; // its answers are checked where it is run
    case 'redactor': {
      const redact = method('redact') as (line: string) => { readonly text: string; readonly count: number }; // checked where it is run
      return { kind, plugin: Object.freeze({ name, categories: categoriesOf(manifest, property(made, 'categories')), redact }) };
    }
    case 'audit_backend':
      return { kind, plugin: Object.freeze({ name, record: method('record'), flush: method('flush') }) };
  }
}

const mostCategories = 100;

function categoriesOf(manifest: PluginManifest, given: unknown): readonly string[] {
  const categories: readonly unknown[] = Array.isArray(given) ? given : [];
  const known = categories.filter((one): one is string => typeof one === 'string' && /^[a-z][a-z0-9_]{0,63}$/.test(one));
  if (known.length === categories.length && known.length > 0 && known.length <= mostCategories) return Object.freeze([...known]);
  throw unusable(manifest, `needs categories: a list of 1 to ${String(mostCategories)} names in lower case with digits and _`);
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' || typeof value === 'function') && value !== null;
}

function property(value: unknown, key: string): unknown {
  return isObject(value) ? (Reflect.get(value, key) as unknown) : undefined;
}
