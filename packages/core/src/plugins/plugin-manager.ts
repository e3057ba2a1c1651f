import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RedactorPlugin } from '@enforcecore/redact';
import { EnforceCoreError, SettingsError } from '../errors.js';
import { loadSettings } from '../settings/load-settings.js';
import type { Settings } from '../settings/settings.js';
import { findPlugins, type Found } from './find-packages.js';
import { importPlugin, moduleFile, unusable } from './import-plugin.js';
import { pluginApi, type AuditBackendPlugin, type GuardPlugin, type LoadedPlugin, type PluginInfo, type PluginManifest, type PluginProblem, type PluginRefusal } from './plugin.js';
import { isInRange, readPluginSpec, type PluginSpec } from './plugin-spec.js';
import { readManifest } from './read-manifest.js';

export interface PluginManagerOptions {
  /** Folder of the application, whose dependencies are searched; the process's working folder by default. */
  readonly root?: string | URL | undefined;
  /** More folders to look in, each a package or a folder of packages. */
  readonly folders?: readonly (string | URL)[] | undefined;
  /** `plugins` in them is the allow-list; by default what the environment says. */
  readonly settings?: Partial<Settings> | undefined;
  /** Read instead of `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Milliseconds that the import of one plugin may take: 1 to 600,000; 10,000 by default. */
  readonly importTimeoutMs?: number | undefined;
}

/** A plugin that runs, and the package.json that it was imported by. */
interface Loaded {
  readonly manifest: PluginManifest;
  readonly plugin: LoadedPlugin;
}

const mostTimeoutMs = 600_000;

/**
 * Finds plugins by the key `enforcecore` in package.json files, and loads those that the setting `plugins` allows. A loaded
 * plugin is code like the application's own: it runs with all of its rights.
 */
export class PluginManager {
  readonly #places: { readonly root: string; readonly folders: readonly string[] };
  readonly #timeoutMs: number;
  readonly #specs: readonly PluginSpec[];
  readonly #loading = new Map<string, Promise<PluginManifest>>();
  readonly #loaded = new Map<string, Loaded>();
  #found: Found | undefined;

  /** @throws SettingsError for settings that cannot be used */
  constructor(options: PluginManagerOptions = {}) {
    const { root = process.cwd(), folders = [], importTimeoutMs = 10_000 } = options;
    this.#places = { root: pathOf(root), folders: folders.map(pathOf) };
    if (!(importTimeoutMs >= 1 && importTimeoutMs <= mostTimeoutMs)) throw new SettingsError(`importTimeoutMs must be a number of milliseconds from 1 to ${String(mostTimeoutMs)}`);
    this.#timeoutMs = importTimeoutMs;
    const { plugins = [] } = loadSettings(options.settings, options.environment);
    this.#specs = plugins.flatMap((text) => readPluginSpec(text) ?? []);
  }

  /** Every plugin that is installed, allowed or not. Reads package.json files anew, and imports nothing. */
  discover(): readonly PluginInfo[] {
    this.#found = findPlugins(this.#places);
    return this.#found.plugins.map((manifest) => this.#info(manifest));
  }

  /** What the last search could not use. */
  get problems(): readonly PluginProblem[] {
    return this.#search().problems;
  }

  /** The allow-list, as it is written in the settings. */
  get allowed(): readonly string[] {
    return this.#specs.map(({ text }) => text);
  }

  /** Lines of the allow-list that cannot be loaded as things stand, and why. Imports nothing: what a module does is seen by loading it. */
  get refused(): readonly PluginRefusal[] {
    return this.#specs.flatMap((spec) => {
      try {
        moduleFile(this.#manifestFor(spec));
        return [];
      } catch (error) {
        return [{ line: spec.text, id: spec.id, reason: error instanceof EnforceCoreError ? error.message : 'it cannot be read' }];
      }
    });
  }

  /** Lines of the allow-list whose plugin is loaded, in its order: the order in which plugins run. */
  get loaded(): readonly string[] {
    return this.#specs.filter(({ id }) => this.#loaded.has(id)).map(({ text }) => text);
  }

  /**
   * Imports one plugin, once. Its package.json is read again before and after: what was found is not what was reviewed when
   * the package was exchanged meanwhile.
   *
   * @param id `package/name`
   * @throws EnforceCoreError `PLUGIN` when it is not allowed, not there, of another version than allowed, or not what it says.
   */
  async load(id: string): Promise<PluginInfo> {
    const spec = this.#specs.find((one) => one.id === id);
    if (spec === undefined) throw new EnforceCoreError('PLUGIN', 'a plugin was asked for that is not allowed; add package/name@range to the setting plugins once it was reviewed');
    const loading = this.#loading.get(id) ?? this.#load(spec);
    this.#loading.set(id, loading);
    try {
      return this.#info(await loading);
    } catch (error) {
      this.#loading.delete(id);
      throw error;
    }
  }

  /**
   * Imports every plugin that is allowed, one after the other, in the order of the list.
   *
   * @throws EnforceCoreError `PLUGIN` for the first that cannot be loaded: with a guard missing nothing should start.
   */
  async loadAll(): Promise<readonly PluginInfo[]> {
    const infos: PluginInfo[] = [];
    for (const { id } of this.#specs) infos.push(await this.load(id));
    return infos;
  }

  get guards(): readonly GuardPlugin[] {
    return this.#inOrder().flatMap((one) => (one.kind === 'guard' ? [one.plugin] : []));
  }

  get redactors(): readonly RedactorPlugin[] {
    return this.#inOrder().flatMap((one) => (one.kind === 'redactor' ? [one.plugin] : []));
  }

  get auditBackends(): readonly AuditBackendPlugin[] {
    return this.#inOrder().flatMap((one) => (one.kind === 'audit_backend' ? [one.plugin] : []));
  }

  #inOrder(): readonly LoadedPlugin[] {
    return this.#specs.flatMap(({ id }) => this.#loaded.get(id)?.plugin ?? []);
  }

  async #load(spec: PluginSpec): Promise<PluginManifest> {
    const found = this.#manifestFor(spec);
    // An earlier look may have found another version than the one that is there by now.
    if (!isStill(found)) this.#found = undefined;
    const manifest = this.#manifestFor(spec);
    const plugin = await importPlugin(manifest, this.#timeoutMs);
    if (!isStill(manifest)) throw unusable(manifest, 'had its package.json changed while it was imported, so which version runs cannot be told');
    this.#loaded.set(manifest.id, { manifest, plugin });
    return manifest;
  }

  #manifestFor({ id, range, text }: PluginSpec): PluginManifest {
    const { plugins, problems } = this.#search();
    const found = plugins.filter((one) => one.id === id);
    const [manifest] = found;
    if (manifest === undefined) {
      const broken = problems.length === 0 ? '' : `; ${String(problems.length)} package.json could not be used: see discover(), or "enforcecore plugin list"`;
      throw new EnforceCoreError('PLUGIN', `the plugin "${id}" of the setting plugins is not installed: install it as a dependency of the application (devDependencies and peerDependencies are not looked at), or take it out${broken}`);
    }
    if (found.length > 1) throw new EnforceCoreError('PLUGIN', `the plugin "${id}" is there ${String(found.length)} times, and which of them was allowed cannot be told; remove all but one`);
    if (!isInRange(manifest.version, range)) throw new EnforceCoreError('PLUGIN', `the plugin "${id}" is installed in version ${manifest.version}, and the setting plugins allows "${text}"; install a version that was reviewed, or review this one and allow it`);
    if (manifest.api !== pluginApi) throw unusable(manifest, `was made for version ${manifest.api} of the plugin contract, and this is version ${pluginApi}`);
    return manifest;
  }

  #search(): Found {
    this.#found ??= findPlugins(this.#places);
    return this.#found;
  }

  #info(manifest: PluginManifest): PluginInfo {
    return Object.freeze({ ...manifest, isAllowed: this.#specs.some(({ id, range }) => id === manifest.id && isInRange(manifest.version, range)), isLoaded: isSame(this.#loaded.get(manifest.id)?.manifest, manifest) });
  }
}

/** Finds and imports every plugin that the settings allow; give what comes back to `createContainer({ plugins })`. */
export async function loadPlugins(options: PluginManagerOptions = {}): Promise<PluginManager> {
  const manager = new PluginManager(options);
  await manager.loadAll();
  return manager;
}

/** The same package, as it is on the disk at this moment. */
function isStill(manifest: PluginManifest): boolean {
  try {
    const now = readManifest(join(manifest.folder, 'package.json'), manifest.folder);
    return now?.plugins.some((one) => isSame(one, manifest)) === true;
  } catch {
    // What cannot be read any more is not what it was.
    return false;
  }
}

function isSame(one: PluginManifest | undefined, other: PluginManifest): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function pathOf(place: string | URL): string {
  return place instanceof URL ? fileURLToPath(place) : place;
}
