export { piiCategories, secretCategories, type PiiCategory, type SecretCategory } from './categories.js';
export { contentRules, detectRules, foldText, type ContentRule, type FoldedText, type RuleCategory, type RuleFinding } from './content-rules.js';
export { RedactError, type RedactErrorCode } from './errors.js';
export type { Finding, TextRedaction } from './finding.js';
export type { RedactionSpec, Strategy } from './redaction-spec.js';
export { Redactor } from './redactor.js';
export type { StreamRedactor } from './stream-redactor.js';
export { redactValue, type RedactText, type ValueLimits, type ValueRedaction } from './value/redact-value.js';
