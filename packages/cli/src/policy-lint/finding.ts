import type { Policy } from '@enforcecore/core';
import { pathText, type Keys } from './document.js';
import { lintRules, type LintRule, type Severity } from './lint-rules.js';

/** Something that loads and is probably not meant. */
export interface Finding {
  readonly rule: LintRule;
  readonly severity: Severity;
  readonly file: string;
  /** 1-based, 0 where a document has no lines. */
  readonly line: number;
  readonly column: number;
  /** Where in the document: `rules.allowed_tools[2]`. */
  readonly path: string;
  readonly message: string;
  /** What to do. */
  readonly advice: string;
}

/** Nobody reads more, and a hostile document could have a hundred thousand. */
export const maxFindings = 1000;

/** Collects findings about one policy, at the places where their subjects are written. */
export class Report {
  readonly findings: Finding[] = [];
  #unlisted = 0;
  readonly #policy: Policy;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** How many more there are than are listed. */
  get unlisted(): number {
    return this.#unlisted;
  }

  add(rule: LintRule, keys: Keys, message: string, advice: string): void {
    if (this.findings.length >= maxFindings) {
      this.#unlisted += 1;
      return;
    }
    const { file, line, column } = this.#policy.placeOf(keys.map(String));
    this.findings.push({ rule, severity: lintRules[rule].severity, file, line, column, path: pathText(keys), message, advice });
  }
}
