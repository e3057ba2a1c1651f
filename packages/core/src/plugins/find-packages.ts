import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { PluginManifest, PluginProblem } from './plugin.js';
import { packageName } from './plugin-spec.js';
import { readManifest, type PackageManifest } from './read-manifest.js';

/** Where plugins are looked for. */
export interface SearchPlaces {
  /** The application's folder, or one below it. */
  readonly root: string;
  /** Folders of a package, or of packages. */
  readonly folders: readonly string[];
}

export interface Found {
  readonly plugins: readonly PluginManifest[];
  readonly problems: readonly PluginProblem[];
}

const mostFolders = 10_000;
const mostLevels = 64;

/** Reads package.json files and nothing else. One that is broken is told of and keeps nobody else from being found. */
export function findPlugins(places: SearchPlaces): Found {
  const search = new Search();
  search.application(places.root);
  for (const folder of places.folders) search.folder(resolve(folder));
  return search;
}

class Search implements Found {
  readonly plugins: PluginManifest[] = [];
  readonly problems: PluginProblem[] = [];
  /** Real paths: a folder that is reached in two ways is looked into once. */
  readonly #seen = new Set<string>();

  /** The dependencies of the nearest package.json, each where Node would find it. */
  application(root: string): void {
    const levels = levelsOf(resolve(root));
    // The nearest one counts, also where it cannot be read: another application's dependencies are not ours.
    const own = levels.find((level) => existsSync(join(level, 'package.json')));
    const manifest = own === undefined ? undefined : this.#read(own);
    if (own === undefined || manifest === undefined) return;
    const upwards = levels.slice(levels.indexOf(own));
    for (const name of this.#bounded(manifest.dependencies, own)) {
      const installed = upwards.map((level) => join(level, 'node_modules', name)).find(isFolder);
      if (installed !== undefined) this.#package(installed, name);
    }
  }

  /** A package, or a folder with packages in it, scoped ones included. */
  folder(path: string): void {
    if (this.#package(path)) return;
    const below = (folder: string): readonly string[] => this.#names(folder).map((name) => join(folder, name)).filter(isFolder);
    for (const inside of below(path)) {
      if (!basename(inside).startsWith('@')) this.#package(inside);
      else for (const scoped of below(inside)) this.#package(scoped);
    }
  }

  /** @param installedAs the name that Node finds it under: another package must not pass for it */
  #package(path: string, installedAs?: string): boolean {
    const folder = this.#real(path);
    if (folder === undefined || this.#seen.has(folder)) return folder !== undefined;
    const manifest = this.#read(folder);
    if (manifest === undefined) return false;
    this.#seen.add(folder);
    const problem = (reason: string): void => {
      this.problems.push({ path: join(folder, 'package.json'), reason });
    };
    for (const fault of manifest.faults) problem(fault);
    if (manifest.plugins.length === 0) return true;
    if (installedAs === undefined || manifest.name === installedAs) this.plugins.push(...manifest.plugins);
    else problem(`it calls itself by another name than the one it is installed under, ${installedAs}, so its plugins are left out`);
    return true;
  }

  #read(folder: string): PackageManifest | undefined {
    const path = join(folder, 'package.json');
    try {
      return readManifest(path, folder);
    } catch (error) {
      this.problems.push({ path, reason: `it cannot be read: ${reasonOf(error)}` });
      return undefined;
    }
  }

  #real(path: string): string | undefined {
    try {
      return realpathSync(path);
    } catch (error) {
      this.problems.push({ path, reason: `it cannot be followed: ${reasonOf(error)}` });
      return undefined;
    }
  }

  #names(path: string): readonly string[] {
    try {
      return this.#bounded(readdirSync(path).sort(), path).filter((name) => packageName.test(name) || /^@[a-z0-9][a-z0-9._-]*$/.test(name));
    } catch (error) {
      this.problems.push({ path, reason: `it cannot be read: ${reasonOf(error)}` });
      return [];
    }
  }

  #bounded(names: readonly string[], path: string): readonly string[] {
    if (names.length <= mostFolders) return names;
    this.problems.push({ path, reason: `only the first ${String(mostFolders)} of ${String(names.length)} were looked at` });
    return names.slice(0, mostFolders);
  }
}

/** A folder and those above it, the nearest first. Packages are not looked for in a folder `node_modules/node_modules`. */
function levelsOf(path: string): readonly string[] {
  const levels: string[] = [];
  for (let level = path; levels.length < mostLevels; level = dirname(level)) {
    if (basename(level) !== 'node_modules') levels.push(level);
    if (dirname(level) === level) break;
  }
  return levels;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Safe to go on: what cannot be looked at is not loaded, and a plugin that is asked for and not found is told of.
    return false;
  }
}

/** A code of the system, or words of ours. */
function reasonOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : 'unknown error';
}
