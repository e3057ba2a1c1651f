import { MemoryVault, Redactor as TextRedactor, secretCategories, type RecognizedEntity, type Recognized, type TextRedaction } from '@enforcecore/redact';
import { PatternRegistry as Patterns } from '@enforcecore/redact/patterns';
import { RedactionError } from '../errors.js';
import { logQuietly } from '../logging/log-quietly.js';
import type { Logger } from '../logging/logger.js';
import type { PiiRules } from '../policy/policy.js';
import type { Detector, EntityRecognizer, PatternRegistry, RedactorPlugin } from './redaction-parts.js';
import type { Redactor, TextPipe } from './redactor.js';
import type { Vault } from './vault.js';

/** What a redactor is made of besides the policy's rules. */
export interface RedactionParts {
  readonly vault: Vault;
  readonly patterns: PatternRegistry;
  readonly detectors: readonly Detector[];
  readonly recognizers: readonly EntityRecognizer[];
  readonly plugins: readonly RedactorPlugin[];
  /** Key of the hash strategy; drawn anew for this redactor without one. */
  readonly hashKey: string | undefined;
  readonly logger: Logger | undefined;
}

const nameCategories: ReadonlySet<string> = new Set(['person_name', 'location', 'organization']);
const keyBytes = 32;

/** The redactor of `@enforcecore/redact`, one compiled instance for each policy's rules. */
export class RulesRedactor implements Redactor {
  readonly #parts: RedactionParts;
  readonly #hashKey: string | Uint8Array;
  #compiled = new WeakMap<PiiRules, TextRedactor>();
  #version: number;
  #failures = 0;

  /** What is left out is empty: nothing of one's own, no names, a vault that lives as long as the redactor. */
  constructor(parts: Partial<RedactionParts> = {}) {
    this.#parts = {
      vault: parts.vault ?? new MemoryVault({ suffix: true }),
      patterns: parts.patterns ?? new Patterns(),
      detectors: parts.detectors ?? [],
      recognizers: parts.recognizers ?? [],
      plugins: parts.plugins ?? [],
      hashKey: parts.hashKey,
      logger: parts.logger,
    };
    this.#version = this.#parts.patterns.version;
    // One key for all rules, so that a value has one pseudonym in a container.
    this.#hashKey = parts.hashKey ?? crypto.getRandomValues(new Uint8Array(keyBytes));
  }

  redact(text: string, rules: PiiRules, name?: string, known?: Recognized): TextRedaction {
    const redactor = this.#for(rules);
    return known === undefined ? redactor.redact(text, name) : redactor.redactRecognized(text, known, name);
  }

  recognize(rules: PiiRules): ((texts: readonly string[], signal?: AbortSignal) => Promise<Recognized>) | undefined {
    const redactor = this.#for(rules);
    if (!redactor.isAsynchronous) return undefined;
    return async (texts, signal) => {
      const known = new Map<string, readonly RecognizedEntity[]>();
      await redactor.recognize(texts.join('\n'), signal, known);
      return known;
    };
  }

  stream(rules: PiiRules): TextPipe {
    const redactor = this.#for(rules);
    return redactor.isAsynchronous ? redactor.streamAsync() : redactor.stream();
  }

  #for(rules: PiiRules): TextRedactor {
    const { patterns } = this.#parts;
    if (patterns.version !== this.#version) {
      this.#compiled = new WeakMap();
      this.#version = patterns.version;
    }
    let redactor = this.#compiled.get(rules);
    if (redactor === undefined) {
      redactor = this.#compile(rules);
      this.#compiled.set(rules, redactor);
    }
    return redactor;
  }

  #compile(rules: PiiRules): TextRedactor {
    const { vault, patterns, detectors, plugins } = this.#parts;
    const hides = (category: string): boolean => rules.except?.has(category) !== true;
    const own = [...patterns.getAll(), ...(rules.patterns?.getAll() ?? []), ...detectors].filter(({ category }) => hides(category));
    const recognizers = this.#recognizersFor(rules);
    return new TextRedactor({
      categories: rules.categories.filter((category) => hides(category) && (!nameCategories.has(category) || recognizers.some((one) => one.categories.includes(category)))),
      secrets: rules.secrets,
      secretCategories: rules.except === undefined ? undefined : secretCategories.filter(hides),
      strategy: rules.strategy,
      strategies: rules.strategies,
      hashKey: this.#hashKey,
      vault,
      detectors: own,
      plugins,
      base64: rules.base64,
      recognizer:
        recognizers.length === 0
          ? undefined
          : { recognizer: recognizers, threshold: rules.threshold, fallback: rules.fallback, onFailure: ({ message }) => this.#told(message) },
    });
  }

  /** @throws RedactionError for names that nobody here finds, unless the policy goes on without. */
  #recognizersFor({ categories, except, fallback }: PiiRules): readonly EntityRecognizer[] {
    const names = categories.filter((category) => nameCategories.has(category) && except?.has(category) !== true);
    const { recognizers } = this.#parts;
    const missing = names.filter((category) => !recognizers.some((one) => one.categories.includes(category)));
    if (missing.length > 0 && !fallback) {
      throw new RedactionError(
        `the policy hides ${missing.join(', ')} and has ner_fallback_to_regex: false, and no recogniser of names is bound that finds them; bind an EntityRecognizer`,
      );
    }
    return names.length === 0 ? [] : recognizers;
  }

  /** Told the first time, and then ever more rarely: a recogniser that is away fails for every line of every call. */
  #told(message: string): void {
    this.#failures += 1;
    if ((this.#failures & (this.#failures - 1)) !== 0) return;
    const { logger } = this.#parts;
    if (logger !== undefined) logQuietly(logger, 'warn', `${message}; the call goes on, because the policy has ner_fallback_to_regex: true`, { failures: this.#failures });
  }
}
