import { realpathSync, statSync } from 'node:fs';
import { basename, extname, isAbsolute, relative, resolve, sep } from 'node:path';
import { PathGlob, comparable } from './path/path-glob.js';
import { pathSpellingFault } from './path/path-spelling.js';
import { isInside, resolvePath } from './path/resolve-path.js';
import { type SinkCheck, type SinkFault } from './sink.js';

export interface PathSinkOptions {
  /** Directories that the path must lie in; they must exist. A relative path is taken from the first of them. */
  readonly root: string | readonly string[];
  /** Globs of the whole path, relative to its root: `*` within a segment, `**` for any number of segments. */
  readonly allow?: readonly string[];
  /** Globs as in `allow`; they also cover what lies below, a glob without a slash covers that name anywhere. Letters of any case. */
  readonly deny?: readonly string[];
  /** Default false. */
  readonly must_exist?: boolean;
  /** Endings of the file's name, with or without the dot. Letters of any case. */
  readonly extensions?: readonly string[];
  /** `inside` (default): links are followed and must end in a root. `never`: there may be none below the root. */
  readonly follow_symlinks?: 'inside' | 'never';
  /** UTF-16 code units. Default 4096. */
  readonly max_length?: number;
}

interface PathRules {
  readonly roots: readonly string[];
  readonly allow: readonly PathGlob[] | undefined;
  readonly deny: readonly PathGlob[];
  readonly extensions: ReadonlySet<string> | undefined;
  readonly mustExist: boolean;
  readonly followSymlinks: boolean;
}

/**
 * Follows a path the way the kernel does (path_resolution(7)) and refuses it when it leads out of the roots, also where it does not exist yet.
 * A link may be swapped after the look, and a hard link is not seen: a tool opens with `openInside` to be sure.
 *
 * @param base - directory that relative roots are taken from, usually the policy file's
 * @throws Error when a root does not exist or a glob cannot be read
 */
export function compilePathSink(options: PathSinkOptions, base: string): SinkCheck {
  const maxLength = options.max_length ?? 4096;
  if (!Number.isSafeInteger(maxLength) || maxLength < 1) throw new Error('max_length: expected a whole number above 0');
  const roots = (typeof options.root === 'string' ? [options.root] : options.root).map((root) => realRoot(root, base));
  if (roots.length === 0) throw new Error('root: expected at least one directory');
  const rules: PathRules = {
    roots,
    allow: options.allow?.map((glob) => new PathGlob(glob, false, 'allow')),
    deny: (options.deny ?? []).map((glob) => new PathGlob(glob, true, 'deny')),
    extensions: options.extensions === undefined ? undefined : new Set(options.extensions.map(readExtension)),
    mustExist: options.must_exist === true,
    followSymlinks: options.follow_symlinks !== 'never',
  };
  return (text) => pathSpellingFault(text, maxLength) ?? placeFault(text, rules);
}

function realRoot(root: string, base: string): string {
  if (typeof root !== 'string' || root === '' || root.includes('\0')) throw new Error(`root: expected a directory, got ${JSON.stringify(root)}`);
  const path = resolve(base, root);
  try {
    const real = realpathSync.native(path);
    if (statSync(real).isDirectory()) return real;
  } catch (cause) {
    throw new Error(`root: directory ${JSON.stringify(path)} does not exist or cannot be read`, { cause });
  }
  throw new Error(`root: ${JSON.stringify(path)} is not a directory`);
}

function readExtension(extension: string): string {
  if (typeof extension !== 'string' || !/^\.?[^./\\\0]+$/.test(extension)) throw new Error(`extensions: expected an ending such as .md, got ${JSON.stringify(extension)}`);
  return `.${extension.replace(/^\./, '').toLowerCase()}`;
}

function placeFault(text: string, rules: PathRules): SinkFault | undefined {
  const [first = ''] = rules.roots;
  const owner = isAbsolute(text) ? rules.roots.find((root) => isInside(root, resolve(text))) : first;
  const options = { root: owner ?? first, followSymlinks: rules.followSymlinks };
  const real = resolvePath(first, text, options);
  if ('reason' in real) return real;
  // Many programs drop `..` before the kernel sees it, and so pass links by: both readings must hold.
  const lexical = resolve(first, text);
  const second = text.includes('..') ? resolvePath(first, lexical.split(sep).join('/'), options) : real;
  if ('reason' in second) return second;
  for (const place of real.path === second.path ? [real.path] : [real.path, second.path]) {
    const fault = rulesFault(place, lexical, text.endsWith('/'), rules);
    if (fault !== undefined) return fault;
  }
  return rules.mustExist && !(real.exists && second.exists) ? { reason: 'path does not exist, with must_exist on' } : undefined;
}

function rulesFault(place: string, written: string, directory: boolean, { roots, allow, deny, extensions }: PathRules): SinkFault | undefined {
  const root = roots.find((candidate) => isInside(candidate, place));
  if (root === undefined) return { reason: 'path leads out of root' };
  const segments = segmentsBelow(root, place);
  const asWritten = roots.filter((candidate) => isInside(candidate, written)).map((candidate) => segmentsBelow(candidate, written));
  const denied = deny.find((glob) => [segments, ...asWritten].some((path) => covers(glob, path)));
  if (denied !== undefined) return { reason: `path matches deny ${JSON.stringify(denied.pattern)}` };
  if (allow?.some((glob) => glob.matches(segments.map((segment) => comparable(segment, false)))) === false) return { reason: 'path is not in allow' };
  if (extensions === undefined) return undefined;
  const names = [basename(place), basename(written)];
  return !directory && names.every((name) => extensions.has(extname(name).toLowerCase())) ? undefined : { reason: 'ending of the name is not in extensions' };
}

function segmentsBelow(root: string, place: string): string[] {
  return relative(root, place).split(sep).filter((segment) => segment !== '');
}

/** A denied directory denies what lies in it. */
function covers(glob: PathGlob, path: readonly string[]): boolean {
  const names = path.map((segment) => comparable(segment, true));
  if (glob.isName) return names.some((name) => glob.matches([name]));
  return names.some((_, index) => glob.matches(names.slice(0, index + 1)));
}
