import { Glob } from '../../glob.js';

/** A glob over the segments of a relative path: `*` stands for a run of characters in one segment, `**` for any number of segments. */
export class PathGlob {
  readonly pattern: string;
  readonly #segments: readonly (Glob | undefined)[];

  constructor(pattern: string, ignoreCase: boolean, where: string) {
    if (typeof pattern !== 'string' || pattern === '' || /[\\?[\]{}!\0]|^\/|(^|\/)\.{1,2}(\/|$)|\/\/|[^/*]\*\*|\*\*[^/]/.test(pattern)) {
      throw new Error(`${where}: expected a relative glob with * and **, such as src/**/*.ts, got ${JSON.stringify(pattern)}`);
    }
    this.pattern = pattern;
    const compared = comparable(pattern, ignoreCase).replace(/\/$/, '/**');
    this.#segments = compared.split('/').map((segment) => (segment === '**' ? undefined : new Glob(segment)));
  }

  /** Whether the glob is one segment, and so says nothing of where a name stands. */
  get isName(): boolean {
    return this.#segments.length === 1;
  }

  matches(path: readonly string[]): boolean {
    const globs = this.#segments;
    let at = 0;
    let next = 0;
    let star = -1;
    let resumed = 0;
    while (at < path.length) {
      const glob = globs[next];
      if (next < globs.length && glob === undefined) {
        star = next++;
        resumed = at;
      } else if (glob?.matches(path[at] ?? '') === true) {
        at++;
        next++;
      } else if (star >= 0) {
        next = star + 1;
        at = ++resumed;
      } else {
        return false;
      }
    }
    while (next < globs.length && globs[next] === undefined) next++;
    return next === globs.length;
  }
}

/** Names that some file systems take for the same: letters of any case, composed or not. */
export function comparable(text: string, ignoreCase: boolean): string {
  const composed = text.normalize('NFC');
  return ignoreCase ? composed.toLowerCase() : composed;
}
