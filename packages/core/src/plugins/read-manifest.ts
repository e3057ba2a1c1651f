import { readSmallFile } from '../guard/kill-switch/read-small-file.js';
import { pluginKinds, type PluginManifest } from './plugin.js';
import { packageName, pluginName } from './plugin-spec.js';

const mostManifestBytes = 1024 * 1024;
const mostPlugins = 64;
const longestDescription = 500;

/** A package.json as far as it matters here. */
export interface PackageManifest {
  readonly name: string | undefined;
  readonly dependencies: readonly string[];
  readonly plugins: readonly PluginManifest[];
  /** Why plugins that it names cannot be used. */
  readonly faults: readonly string[];
}

/**
 * Reads a package.json, and nothing else of its package. HOSTILE INPUT: whoever wrote it need not be trusted.
 *
 * @returns undefined where there is none
 * @throws Error in words for people when it cannot be read: no file, too large, no JSON object.
 */
export function readManifest(path: string, folder: string): PackageManifest | undefined {
  const text = readSmallFile(path, mostManifestBytes);
  return text === undefined ? undefined : parseManifest(text, folder);
}

/** @throws Error for a text that is no JSON object */
export function parseManifest(text: string, folder: string): PackageManifest {
  const parsed = recordOf(parsedJson(text));
  if (parsed === undefined) throw new Error('it holds no JSON object');
  const name = own(parsed, 'name');
  const dependencies = ['dependencies', 'optionalDependencies'].flatMap((key) => Object.keys(recordOf(own(parsed, key)) ?? {}));
  const isNamed = typeof name === 'string' && packageName.test(name);
  const found = pluginsOf(parsed, isNamed ? name : undefined, folder);
  return { name: isNamed ? name : undefined, dependencies: [...new Set(dependencies)].filter((one) => packageName.test(one)), ...found };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is no JSON');
  }
}

function pluginsOf(manifest: Fields, name: string | undefined, folder: string): Pick<PackageManifest, 'plugins' | 'faults'> {
  const section = own(manifest, 'enforcecore');
  if (section === undefined) return { plugins: [], faults: [] };
  const list = own(recordOf(section) ?? {}, 'plugins');
  if (list === undefined) return { plugins: [], faults: recordOf(section) === undefined ? ['"enforcecore" must be an object with "plugins"'] : [] };
  if (!Array.isArray(list) || list.length > mostPlugins) return { plugins: [], faults: [`"enforcecore.plugins" must be a list of at most ${String(mostPlugins)}`] };
  const version = own(manifest, 'version');
  if (name === undefined || typeof version !== 'string' || !versionText.test(version)) {
    return { plugins: [], faults: ['a package with plugins needs a "name" as npm has it, and a "version" such as 1.2.3'] };
  }
  const read = list.map((entry: unknown, at) => pluginOf(entry, { at, name, version, description: own(manifest, 'description'), folder }));
  const plugins = read.flatMap((one) => (typeof one === 'string' ? [] : [one]));
  const faults = read.flatMap((one) => (typeof one === 'string' ? [one] : []));
  const twice = plugins.find(({ id }, at) => plugins.some((other, otherAt) => otherAt < at && other.id === id));
  // Which of the two was reviewed cannot be told.
  return twice === undefined ? { plugins, faults } : { plugins: [], faults: [...faults, `it names the plugin "${twice.name}" twice`] };
}

/** Semantic Versioning 2.0.0; whether it is in a range is judged when it is loaded. */
const versionText = /^\d{1,10}\.\d{1,10}\.\d{1,10}(?:[-+][0-9A-Za-z.+-]{1,100})?$/;
const modulePath = /^\.\/(?!(?:.*\/)?(?:\.{1,2}|node_modules)(?:\/|$))(?:[\w@+-][\w@+.-]{0,99}\/){0,20}[\w@+-][\w@+.-]{0,99}\.(?:js|mjs|cjs)$/;
const exportName = /^[A-Za-z_$][\w$]{0,99}$/;
const known: ReadonlySet<string> = new Set(['name', 'kind', 'module', 'export', 'api', 'description']);

interface Of {
  readonly at: number;
  readonly name: string;
  readonly version: string;
  readonly description: unknown;
  readonly folder: string;
}

/** The plugin, or why it is none. */
function pluginOf(entry: unknown, { at, name: owner, version, description, folder }: Of): PluginManifest | string {
  const where = `plugin ${String(at + 1)}`;
  const fields = recordOf(entry);
  if (fields === undefined) return `${where} must be an object`;
  const [name, kind, module, exported, api] = ['name', 'kind', 'module', 'export', 'api'].map((key) => own(fields, key));
  if (typeof name !== 'string' || !pluginName.test(name)) return `${where} needs a "name" of a-z, 0-9, - and _, at most 64 characters`;
  const foundKind = pluginKinds.find((one) => one === kind);
  if (foundKind === undefined) return `"${name}" needs a "kind": ${pluginKinds.join(', ')}`;
  if (typeof module !== 'string' || !modulePath.test(module)) return `"${name}" needs a "module" inside its package, such as ./guard.js`;
  if (typeof exported !== 'string' || !exportName.test(exported)) return `"${name}" needs an "export": the name of an object or a class in its module`;
  if (typeof api !== 'string' || !/^\d{1,6}$/.test(api)) return `"${name}" needs an "api": the version of the plugin contract, as text`;
  const strange = Object.keys(fields).find((key) => !known.has(key));
  if (strange !== undefined) return `"${name}" has a key that is none: expected ${[...known].join(', ')}`;
  const words = own(fields, 'description') ?? description;
  return Object.freeze({
    id: `${owner}/${name}`,
    name,
    version,
    kind: foundKind,
    package: owner,
    description: typeof words === 'string' ? words.slice(0, longestDescription).toWellFormed() : '',
    module,
    export: exported,
    api,
    folder,
  });
}

type Fields = Readonly<Record<string, unknown>>;

function recordOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined; // parsed JSON: an object and no list
}

/** `__proto__` in JSON is a key like any other, and what every object inherits is no field. */
function own(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}
