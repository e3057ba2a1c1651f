import { createRequire } from 'node:module';

/** One line of the allow-list: which plugin of which package, and the versions that were reviewed. */
export interface PluginSpec {
  /** As it is written in the settings. */
  readonly text: string;
  /** `package/name`, as plugins are called everywhere. */
  readonly id: string;
  readonly package: string;
  readonly name: string;
  /** A range as npm reads it, of the package's version. */
  readonly range: string;
}

/** npm's own rule for new packages, less what nobody should be shown. */
export const packageName = /^(?:@[a-z0-9][a-z0-9._-]{0,99}\/)?[a-z0-9][a-z0-9._-]{0,99}$/;
export const pluginName = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const spec = /^((?:@[a-z0-9][a-z0-9._-]{0,99}\/)?[a-z0-9][a-z0-9._-]{0,99})\/([a-z0-9][a-z0-9_-]{0,63})@([\w.*^~<>=| +-]{1,100})$/;
const mostSpecs = 100;

/** Reads `package/name@range`; `undefined` for anything else. */
export function readPluginSpec(text: unknown): PluginSpec | undefined {
  const found = typeof text === 'string' && text.length <= 400 ? spec.exec(text) : null;
  if (found === null) return undefined;
  const [whole, from = '', name = '', range = ''] = found;
  return range.trim() === '' ? undefined : { text: whole, id: `${from}/${name}`, package: from, name, range: range.trim() };
}

/** What is wrong with an allow-list, without quoting it. */
export function pluginListFault(list: readonly unknown[]): string | undefined {
  const ids = list.map((text) => readPluginSpec(text)?.id);
  if (ids.includes(undefined)) return 'must name plugins as package/name@range, such as @acme/guards/office-hours@^1.2.0';
  if (ids.length > mostSpecs) return `must name at most ${String(mostSpecs)} plugins`;
  if (list.some((text) => !isRange(readPluginSpec(text)?.range ?? ''))) return 'has a range that npm cannot read; a tag such as latest is none: name versions, such as ^1.2.0';
  return new Set(ids).size === ids.length ? undefined : 'names a plugin twice';
}

interface Semver {
  readonly satisfies: (version: string, range: string) => boolean;
  readonly validRange: (range: string) => string | null;
}

/** Read when the first plugin is named. */
function semver(): Semver {
  return createRequire(import.meta.url)('semver') as Semver; // its documented interface
}

function isRange(text: string): boolean {
  return semver().validRange(text) !== null;
}

/** As npm reads ranges: a pre-release is only in a range that names one. What is no range holds nothing. */
export function isInRange(version: string, range: string): boolean {
  return semver().satisfies(version, range);
}
