import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { RedactorPlugin } from '@enforcecore/redact';
import { EnforceCoreError } from '../errors.js';
import { loadSettings } from '../settings/load-settings.js';
import type { Settings } from '../settings/settings.js';
import { findPlugins, type Found } from './find-packages.js';
import { importPlugin, unusable } from './import-plugin.js';
import { pluginApi, type AuditBackendPlugin, type GuardPlugin, type LoadedPlugin, type PluginInfo, type PluginManifest, type PluginProblem } from './plugin.js';
import { readPluginSpec, type PluginSpec } from './plugin-spec.js';

export interface PluginManagerOptions {
  /** Folder of the application, whose dependencies are searched; the process's working folder by default. */
  readonly root?: string | URL | undefined;
  /** More folders to look in, each a package or a folder of packages. */
  readonly folders?: readonly (string | URL)[] | undefined;
  /** `plugins` in them is the allow-list; by default what the environment says. */
  readonly settings?: Partial<Settings> | undefined;
  /** Read instead of `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Milliseconds that the import of one plugin may take; 10,000 by default. */
  readonly importTimeoutMs?: number | undefined;
}

/**
 * Finds plugins by the key `enforcecore` in package.json files, and loads those that the setting `plugins` allows. A loaded
 * plugin is code like the application's own: it runs with all of its rights.
 */
export class PluginManager {
  readonly #places: { readonly root: string; readonly folders: readonly string[] };
  readonly #timeoutMs: number;
  readonly #specs: readonly PluginSpec[];
  readonly #loading = new Map<string, Promise<void>>();
  readonly #loaded = new Map<string, LoadedPlugin>();
  #found: Found | undefined;

  /** @throws SettingsError for settings that cannot be used */
  constructor(options: PluginManagerOptions = {}) {
    const { root = process.cwd(), folders = [], importTimeoutMs = 10_000 } = options;
    this.#places = { root: pathOf(root), folders: folders.map(pathOf) };
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

  /** Lines of the allow-list whose plugin is loaded, in its order: the order in which plugins run. */
  get loaded(): readonly string[] {
    return this.#specs.filter(({ id }) => this.#loaded.has(id)).map(({ text }) => text);
  }

  /**
   * Imports one plugin, once.
   *
   * @param id `package/name`
   * @throws EnforceCoreError `PLUGIN` when it is not allowed, not there, of another version than allowed, or not what it says.
   */
  async load(id: string): Promise<PluginInfo> {
    const spec = this.#specs.find((one) => one.id === id);
    if (spec === undefined) throw new EnforceCoreError('PLUGIN', 'a plugin was asked for that is not allowed; add package/name@range to the setting plugins once it was reviewed');
    const manifest = this.#manifestFor(spec);
    const loading = this.#loading.get(id) ?? this.#load(manifest);
    this.#loading.set(id, loading);
    try {
      await loading;
    } catch (error) {
      this.#loading.delete(id);
      throw error;
    }
    return this.#info(manifest);
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
    return this.#specs.flatMap(({ id }) => this.#loaded.get(id) ?? []);
  }

  async #load(manifest: PluginManifest): Promise<void> {
    this.#loaded.set(manifest.id, await importPlugin(manifest, this.#timeoutMs));
  }

  #manifestFor({ id, range, text }: PluginSpec): PluginManifest {
    const { plugins, problems } = this.#search();
    const found = plugins.filter((one) => one.id === id);
    const [manifest] = found;
    if (manifest === undefined) {
      const broken = problems.length === 0 ? '' : `; ${String(problems.length)} package.json could not be used: see discover(), or "enforcecore plugin list"`;
      throw new EnforceCoreError('PLUGIN', `the plugin "${id}" of the setting plugins is not installed: install it as a dependency of the application, or take it out${broken}`);
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
    return Object.freeze({ ...manifest, isAllowed: this.#specs.some(({ id, range }) => id === manifest.id && isInRange(manifest.version, range)), isLoaded: this.#loaded.has(manifest.id) });
  }
}

/** Finds and imports every plugin that the settings allow; give what comes back to `createContainer({ plugins })`. */
export async function loadPlugins(options: PluginManagerOptions = {}): Promise<PluginManager> {
  const manager = new PluginManager(options);
  await manager.loadAll();
  return manager;
}

interface Semver {
  readonly satisfies: (version: string, range: string) => boolean;
}

/** As npm reads ranges: a pre-release is only in a range that names one. What is no range holds nothing. */
function isInRange(version: string, range: string): boolean {
  const { satisfies } = createRequire(import.meta.url)('semver') as Semver; // its documented interface; read when the first plugin is judged
  return satisfies(version, range);
}

function pathOf(place: string | URL): string {
  return place instanceof URL ? fileURLToPath(place) : place;
}
