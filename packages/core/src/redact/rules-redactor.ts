import { Redactor as TextRedactor, type StreamRedactor, type TextRedaction } from '@enforcecore/redact';
import { RedactionError } from '../errors.js';
import { knownPiiCategories } from '../policy/schema/checks.js';
import type { PiiRules } from '../policy/policy.js';
import type { Redactor } from './redactor.js';

const known: ReadonlySet<string> = new Set(knownPiiCategories);

/** @throws RedactionError for categories that only a recogniser of names finds, unless the policy goes on without. */
function findable({ categories, fallback }: PiiRules): readonly string[] {
  const missing = categories.filter((category) => !known.has(category));
  if (missing.length > 0 && !fallback) {
    throw new RedactionError(
      `the policy hides ${missing.join(', ')} and has ner_fallback_to_regex: false, and this redactor does not find them; bind a Redactor that does`,
    );
  }
  return categories.filter((category) => known.has(category));
}

/** The redactor of `@enforcecore/redact`, one compiled instance for each policy's rules. */
export class RulesRedactor implements Redactor {
  readonly #compiled = new WeakMap<PiiRules, TextRedactor>();

  redact(text: string, rules: PiiRules, name?: string): TextRedaction {
    return this.#for(rules).redact(text, name);
  }

  stream(rules: PiiRules): StreamRedactor {
    return this.#for(rules).stream();
  }

  #for(rules: PiiRules): TextRedactor {
    let redactor = this.#compiled.get(rules);
    if (redactor === undefined) {
      redactor = new TextRedactor({ categories: findable(rules), strategy: rules.strategy, secrets: rules.secrets });
      this.#compiled.set(rules, redactor);
    }
    return redactor;
  }
}
