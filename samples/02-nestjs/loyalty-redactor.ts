import { RulesRedactor, type PiiRules, type Redactor } from '@enforcecore/core';
import type { TextRedaction } from '@enforcecore/redact';
import { Injectable } from '@nestjs/common';

const loyaltyNumber = /\bNL-\d{6}\b/g;

/** Everything that the policy names, and the numbers of loyalty cards. */
@Injectable()
export class LoyaltyRedactor implements Redactor {
  readonly #rules = new RulesRedactor();

  redact(text: string, rules: PiiRules, name?: string): TextRedaction {
    const cleaned = this.#rules.redact(text, rules, name);
    const numbers = Array.from(text.matchAll(loyaltyNumber), ({ 0: number, index }) => ({ kind: 'pii' as const, category: 'loyalty_number', start: index, end: index + number.length }));
    if (numbers.length === 0) return cleaned;
    return { text: cleaned.text.replaceAll(loyaltyNumber, '<LOYALTY>'), findings: [...cleaned.findings, ...numbers] };
  }
}
