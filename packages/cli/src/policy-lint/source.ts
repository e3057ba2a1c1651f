import type { Policy } from '@enforcecore/core';
import { readFileSync, realpathSync } from 'node:fs';

/** The text of a policy file, for its comments. */
export class Source {
  /** The name that places have. */
  readonly file: string;
  readonly lines: readonly string[];

  constructor(file: string, text: string) {
    this.file = file;
    this.lines = text.split(/\r\n|\r|\n/);
  }

  /** The line of a value, and the line of its key where the value begins on a line of its own. Both are 1-based. */
  linesFor(line: number, column: number): readonly number[] {
    const before = this.lines[line - 1]?.slice(0, column - 1);
    if (before?.trim() !== '') return [line];
    for (let above = line - 1; above > 0; above -= 1) {
      const text = this.lines[above - 1] ?? '';
      if (isAside(text)) continue;
      if (text.length - text.trimStart().length < before.length) return [line, above];
    }
    return [line];
  }
}

/** A line that holds a comment or nothing. */
export function isAside(line: string): boolean {
  return /^\s*(?:#|$)/.test(line);
}

/** The files that a policy was read from, under those of the names that lead to them. */
export function sourcesOf(policy: Policy, names: readonly string[]): readonly Source[] {
  const shown = new Map([...new Set(names)].reverse().map((name) => [realOf(name), name]));
  return policy.files.map((real) => new Source(shown.get(real) ?? real, textOf(real)));
}

function realOf(name: string): string {
  try {
    return realpathSync(name);
  } catch {
    // A place that is no file, such as an object, has no comments.
    return name;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Removed since it was loaded: its findings stay, which is the safe side.
    return '';
  }
}
