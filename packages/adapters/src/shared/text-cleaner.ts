import { Enforcer, EnforceCoreError, RedactionError, Redactor, Settings, defaultContainer, type EnforceContainer, type PiiRules, type PolicyRef, type TextPipe } from '@enforcecore/core';
import { cleanInstance } from './clean-instance.js';

/** More levels than any prompt has. */
const maxDepth = 64;
/** More texts than any conversation has. */
const maxNodes = 100_000;

/** Hides what a policy's `pii_redaction` names in texts that are no tool's: prompts, completions, what is streamed to a person. */
export class TextCleaner {
  readonly #enforcer: Enforcer;
  readonly #container: () => EnforceContainer;

  constructor({ policy, container }: { readonly policy?: PolicyRef; readonly container?: EnforceContainer | undefined } = {}) {
    this.#enforcer = new Enforcer(policy, container === undefined ? {} : { container });
    this.#container = () => container ?? defaultContainer();
  }

  /** True where the policy or the settings hide nothing: everything passes as it is. */
  get isIdle(): boolean {
    return this.#rules() === undefined;
  }

  /**
   * A cleaned copy of data, keys included; the value itself where there is nothing to hide. Objects of classes are of the same
   * class afterwards, and bytes that are a text are cleaned as one.
   *
   * @throws RedactionError when a text cannot be cleaned, for data that is too deep or too large, and for streams and promises in it.
   */
  async clean<T>(value: T): Promise<T> {
    const rules = this.#rules();
    if (rules === undefined) return value;
    const redactor = this.#container().get(Redactor);
    try {
      const known = await redactor.recognize?.(rules)?.(textsOf(value));
      const walk = new Cleaning((text, name) => redactor.redact(text, rules, name, known).text);
      return walk.clean(value) as T; // of the same shape, with other texts in it
    } catch (error) {
      throw failed(error);
    }
  }

  /** Takes text as it comes, and gives what may be let out of it; `undefined` where nothing is hidden. */
  pipe(): TextPipe | undefined {
    const rules = this.#rules();
    if (rules === undefined) return undefined;
    const redactor = this.#container().get(Redactor);
    return redactor.stream?.(rules) ?? new WholeText((text) => redactor.redact(text, rules).text);
  }

  #rules(): PiiRules | undefined {
    return this.#container().get(Settings).redactionEnabled ? this.#enforcer.policy.redaction : undefined;
  }
}

class Cleaning {
  readonly #redact: (text: string, name?: string) => string;
  #nodes = 0;

  constructor(redact: (text: string, name?: string) => string) {
    this.#redact = redact;
  }

  clean(value: unknown, name?: string, depth = 0): unknown {
    this.#nodes += 1;
    if (depth > maxDepth || this.#nodes > maxNodes) throw new RedactionError(`a message is deeper than ${String(maxDepth)} levels or has more than ${String(maxNodes)} parts, so it is not let through`);
    if (typeof value === 'string') return this.#redact(value, name);
    if (Array.isArray(value)) return this.#unlessSame(value, value.map((item: unknown) => this.clean(item, name, depth + 1)));
    if (typeof value !== 'object' || value === null) return value;
    if (!isPlain(value)) return cleanInstance(value, (part, as) => this.clean(part, as, depth + 1));
    const entries = Object.entries(value);
    const cleaned = entries.map(([key, item]) => [this.#redact(key), this.clean(item, key, depth + 1)] as const);
    return cleaned.every(([key, item], i) => key === entries[i]?.[0] && item === entries[i][1]) ? value : Object.fromEntries(cleaned);
  }

  #unlessSame(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
    return after.every((item, i) => item === before[i]) ? before : after;
  }
}

function textsOf(value: unknown): readonly string[] {
  const texts: string[] = [];
  new Cleaning((text) => (texts.push(text), text)).clean(value);
  return texts;
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function failed(error: unknown): EnforceCoreError {
  return EnforceCoreError.is(error) ? error : new RedactionError('a message could not be cleaned, so it is not let through', { cause: error });
}

/** For a redactor that knows no streams: nothing is let out before everything was seen. */
class WholeText implements TextPipe {
  readonly counts = {};
  readonly #redact: (text: string) => string;
  readonly #parts: string[] = [];

  constructor(redact: (text: string) => string) {
    this.#redact = redact;
  }

  push(chunk: string): string {
    this.#parts.push(chunk);
    return '';
  }

  flush(): string {
    return this.#redact(this.#parts.join(''));
  }
}
