import type { Fault } from './policy-fault.js';
import { describeScalar, type PlainScalar } from './policy-node.js';
import { nearestKey } from './nearest-key.js';
import { readToolPattern } from './tool-name.js';

/** Looks at one value of a policy; the answer says what is wrong with it, if anything. */
export type Check = (value: unknown) => Fault | undefined;

/** What the shipped redactor can find. A category that nothing finds must not pass: it would promise what nothing does. */
export const knownPiiCategories: readonly string[] = ['email', 'phone', 'ssn', 'credit_card', 'ip_address', 'iban', 'passport'];

/** What `pii_redaction` without categories means, as in the reference. */
export const defaultPiiCategories: readonly string[] = ['email', 'phone', 'ssn', 'credit_card', 'ip_address'];

/** Found only by models of language, which this version does not have. */
const unenforcedCategories: readonly string[] = ['person_name', 'person', 'location', 'organization'];

/** A timer of Node fires at once beyond this many milliseconds. */
const maxTimerMs = 2 ** 31 - 1;
/** Above this, micro-dollars would not be exact integers. */
const maxCostUsd = 9e9;

export const aName: Check = (value) => {
  const expected = 'a name for the policy, 1 to 256 characters';
  if (value === undefined) return { message: 'the name is missing', expected };
  return text(value, expected);
};

export const aVersion: Check = (value) => {
  const expected = 'text such as "1.0", or a number';
  return typeof value === 'number' && Number.isFinite(value) ? undefined : text(value, expected);
};

export const aFlag: Check = (value) => (typeof value === 'boolean' ? undefined : { message: got(value), expected: 'true or false' });

export const seconds: Check = number('a number of seconds from 0.001 to 2147483', (n) => n >= 0.001 && n * 1000 <= maxTimerMs);
export const usd: Check = number('an amount in USD from 0 to 9000000000', (n) => n >= 0 && n <= maxCostUsd);
export const atLeastOne: Check = number('a whole number of at least 1', (n) => n >= 1 && Number.isSafeInteger(n));
export const bytes: Check = number('a whole number of at least 1; leave the key out for no limit', (n) => n >= 1 && Number.isSafeInteger(n));

export const toolPattern: Check = (value) => {
  const { fault } = readToolPattern(value);
  if (fault === undefined) return undefined;
  if (typeof value !== 'string') return { message: got(value), expected: 'a tool name; put it in quotes if it is meant as text' };
  return { message: `${describe(value)} is no tool name: ${fault}` };
};

/** One of a few words; words that the reference has and nothing here enforces are refused as such. */
export function oneOf(words: readonly string[], unenforced: readonly string[] = []): Check {
  return (value) => {
    if (typeof value === 'string' && words.includes(value)) return undefined;
    const expected = `one of ${words.join(', ')}`;
    if (typeof value !== 'string') return { message: got(value), expected };
    if (unenforced.includes(value)) return { message: `"${value}" is known but not enforced by this version`, expected };
    const nearest = nearestKey(value, words);
    return { message: got(value), expected, ...(nearest === undefined ? {} : { nearest }) };
  };
}

export const piiCategory: Check = oneOf(knownPiiCategories, unenforcedCategories);
export const piiStrategy: Check = oneOf(['placeholder', 'mask', 'hash', 'remove'], ['regex', 'ner']);
export const onViolation: Check = oneOf(['block', 'log', 'redact']);

function number(expected: string, fits: (value: number) => boolean): Check {
  return (value) => {
    if (typeof value === 'number' && fits(value)) return undefined;
    const quoted = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
    return { message: got(value), expected: quoted ? `${expected}; take the quotes off` : expected };
  };
}

function text(value: unknown, expected: string): Fault | undefined {
  if (typeof value !== 'string') return { message: got(value), expected };
  const length = value.trim().length;
  if (length === 0 || length > 256) return { message: length === 0 ? 'got empty text' : `got ${String(length)} characters`, expected };
  // Names and versions are written into the audit trail, whose JSON must be well-formed Unicode.
  if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(value)) return { message: 'got a control character or half a character', expected };
  return undefined;
}

function got(value: unknown): string {
  return `got ${describe(value)}`;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'a map';
  return describeScalar(value as PlainScalar); // Checks only see plain values: what is no object is a scalar.
}
