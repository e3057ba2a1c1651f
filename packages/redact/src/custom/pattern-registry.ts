import { RedactError } from '../errors.js';
import { checkCategoryName, checkDetector } from './check-detector.js';
import type { Detector } from './detector.js';
import { compilePattern, PatternError, type LinearPattern } from './pattern.js';

/** A category of your own, found by a pattern of RE2 syntax. */
export interface PatternOptions {
  /** What the placeholder strategy writes; `<CATEGORY>` by default. */
  readonly placeholder?: string | undefined;
  /** What the mask strategy writes; eight stars by default. */
  readonly mask?: string | undefined;
  /** Says whether a match is one: a checksum, a list. What it throws blocks the call. */
  readonly validator?: ((match: string) => boolean) | undefined;
  readonly kind?: 'pii' | 'secret' | undefined;
  readonly ignoreCase?: boolean | undefined;
}

/**
 * Patterns of your own, for the redactors that are given this registry and no others. Several patterns may stand under
 * one category. A redactor takes what is registered when it is built.
 */
export class PatternRegistry {
  readonly #byCategory = new Map<string, PatternDetector[]>();
  #version = 0;

  /** Grows with every change, so that whoever built something from the patterns knows when to build it again. */
  get version(): number {
    return this.#version;
  }

  /**
   * Adds a pattern. Matches lie within one line and are found in linear time; disguises are undone before it is tried.
   *
   * @throws RedactError with code `PATTERN` for a pattern that is no RE2 syntax, with code `CATEGORY` for a bad name
   */
  register(category: string, pattern: string | RegExp, options: PatternOptions = {}): this {
    checkCategoryName(category);
    const detector = checkDetector(new PatternDetector(category, compiled(category, pattern, options), options));
    this.#version += 1;
    this.#byCategory.set(category, [...(this.#byCategory.get(category) ?? []), detector]);
    return this;
  }

  /** Takes out every pattern of a category; false when there was none. */
  unregister(category: string): boolean {
    this.#version += 1;
    return this.#byCategory.delete(category);
  }

  /** The detectors of one category. */
  get(category: string): readonly Detector[] {
    return this.#byCategory.get(category) ?? [];
  }

  getAll(): readonly Detector[] {
    return [...this.#byCategory.values()].flat();
  }

  categories(): readonly string[] {
    return [...this.#byCategory.keys()];
  }

  clear(): void {
    this.#version += 1;
    this.#byCategory.clear();
  }

  /** Number of patterns. */
  get count(): number {
    return this.getAll().length;
  }
}

function compiled(category: string, pattern: string | RegExp, options: PatternOptions): LinearPattern {
  const native = pattern instanceof RegExp;
  if (!native && typeof pattern !== 'string') throw new RedactError('PATTERN', `the pattern of "${category}" must be text or a RegExp`);
  const flags = native ? [...pattern.flags].filter((flag) => flag === 's' || flag === 'm').join('') : '';
  const source = native ? `${flags === '' ? '' : `(?${flags})`}${pattern.source}` : pattern;
  try {
    return compilePattern(source, { ignoreCase: options.ignoreCase ?? (native && pattern.ignoreCase) });
  } catch (error) {
    throw new RedactError('PATTERN', `the pattern of "${category}" cannot be used: ${error instanceof PatternError ? error.message : 'it does not compile'}`, { cause: error });
  }
}

class PatternDetector implements Detector {
  readonly category: string;
  readonly kind: 'pii' | 'secret';
  readonly placeholder: string | undefined;
  readonly mask: string | undefined;
  readonly #pattern: LinearPattern;
  readonly #validator: PatternOptions['validator'];

  constructor(category: string, pattern: LinearPattern, { placeholder, mask, kind, validator }: PatternOptions) {
    this.category = category;
    this.kind = kind ?? 'pii';
    this.placeholder = placeholder;
    this.mask = mask;
    this.#pattern = pattern;
    this.#validator = validator;
    if (validator !== undefined && typeof validator !== 'function') throw new RedactError('OPTIONS', `the validator of "${category}" must be a function`);
  }

  detect(line: string): { readonly start: number; readonly end: number }[] {
    const found: { start: number; end: number }[] = [];
    for (const [start, end] of this.#pattern.spans(line)) {
      if (this.#validator?.(line.slice(start, end)) !== false) found.push({ start, end });
    }
    return found;
  }
}
