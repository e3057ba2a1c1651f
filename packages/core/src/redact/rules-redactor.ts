import { Redactor as TextRedactor, type StreamRedactor, type TextRedaction } from '@enforcecore/redact';
import type { PiiRules } from '../policy/policy.js';
import type { Redactor } from './redactor.js';

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
      redactor = new TextRedactor({ categories: rules.categories, strategy: rules.strategy, secrets: rules.secrets });
      this.#compiled.set(rules, redactor);
    }
    return redactor;
  }
}
