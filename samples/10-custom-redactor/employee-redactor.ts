// #region redactor
import { RulesRedactor, type PiiRules, type Redactor } from '@enforcecore/core';
import type { Finding, TextRedaction } from '@enforcecore/redact';

const employeeNumber = /\bEMP-\d{6}\b/g;

/** Everything that the policy names, and employee numbers. */
export class EmployeeRedactor implements Redactor {
  readonly #rules = new RulesRedactor();

  redact(text: string, rules: PiiRules, name?: string): TextRedaction {
    const cleaned = this.#rules.redact(text, rules, name);
    // Findings tell of places in the original text, so they are looked up there; what lies in a finding is hidden already.
    const numbers = Array.from(text.matchAll(employeeNumber), asFinding).filter((own) => !cleaned.findings.some((other) => overlap(own, other)));
    if (numbers.length === 0) return cleaned;
    const findings = [...cleaned.findings, ...numbers].sort((a, b) => a.start - b.start);
    return { text: cleaned.text.replaceAll(employeeNumber, '<EMPLOYEE>'), findings };
  }

  // Without `stream`, a streamed result is held back and cleaned as one text at its end.
}

function asFinding({ 0: number, index }: RegExpExecArray): Finding {
  return { kind: 'pii', category: 'employee_number', start: index, end: index + number.length };
}

function overlap(a: Finding, b: Finding): boolean {
  return a.start < b.end && b.start < a.end;
}
// #endregion redactor
