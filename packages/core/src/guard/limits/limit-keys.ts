import { hash } from 'node:crypto';
import type { Call } from '../../call.js';
import { GuardError } from '../../errors.js';
import { jsonText } from '../../pipeline/json-text.js';
import type { LimitDimension } from '../../policy/limits/limit-rules.js';
import { canonicalJson } from '../../policy/policy-digest.js';
import type { PlainValue } from '../../policy/policy-node.js';
import { valuesAt } from '../../policy/rules/call-values.js';
import { containerAccount, policyAccount } from './cost-ledger.js';

const separator = '\0';
/** Stands where a call has no value. */
const none = '-';
/** A path with `[*]` finds many values; the call counts against each, up to so many. */
export const maxKeysPerLimit = 100;

/**
 * What all keys of one limit begin with. A reloaded policy of the same name finds the calls already made under it.
 *
 * @param over what the limit counts over: limits that count over another time, or in another way, share no counter
 */
export function limitPrefix(policyName: string, limitId: string, by: readonly LimitDimension[], over?: string): string {
  const parts = [part(policyName), part(limitId)];
  if (over !== undefined) parts.push(over);
  if (by.length > 0) parts.push(part(by.map(nameOf).join(',')));
  return parts.join(separator);
}

/** A call with more values than it can be counted by. */
export class TooManyValuesError extends GuardError {
  constructor(dimension: LimitDimension, { tool, policyName }: Call) {
    super('GUARD', `a call counts against at most ${String(maxKeysPerLimit)} values of ${nameOf(dimension)}, and this one has more`, { toolName: tool, policyName });
  }
}

/**
 * The keys that a call counts against, one for each combination of its values. INVARIANT: two lists of values never give
 * one key. Values of arguments stand in them as digests only (L9): a store may keep keys on another host.
 *
 * @throws TooManyValuesError, unless the first values will do.
 */
export function limitKeys(prefix: string, by: readonly LimitDimension[], call: Call, firstWillDo = false): readonly string[] {
  let keys = [prefix];
  for (const dimension of by) {
    const most = Math.floor(maxKeysPerLimit / keys.length);
    let parts = partsOf(dimension, call);
    if (parts.length > most) {
      if (!firstWillDo) throw new TooManyValuesError(dimension, call);
      parts = parts.slice(0, most);
    }
    keys = keys.flatMap((key) => parts.map((value) => key + separator + value));
  }
  return keys;
}

/** What a dimension is called in messages: its name, never a value. */
export function nameOf(dimension: LimitDimension): string {
  return dimension.by === 'argument' ? `args${dimension.path.startsWith('[') ? '' : '.'}${dimension.path}` : dimension.by;
}

/** Whose account it is: the policy's name, or `null` for the container; and which limit, without the values it is kept for. */
export function readAccount(name: string): { readonly policyName: string | null; readonly limit: string } {
  if (name === containerAccount) return { policyName: null, limit: name };
  const [first = '', id] = name.split(separator);
  if (id !== undefined) return { policyName: first, limit: id };
  return { policyName: name.slice(policyAccount('').length), limit: name };
}

function partsOf(dimension: LimitDimension, call: Call): readonly string[] {
  if (dimension.by !== 'argument') {
    const value = call[dimension.by];
    return [value === undefined ? none : part(value)];
  }
  const digests = new Set<string>();
  for (const { value } of valuesAt(call, dimension.steps)) {
    if (value !== undefined) digests.add(digest(canonicalText(value)));
    // One more tells that there are too many; the others need not be looked at.
    if (digests.size > maxKeysPerLimit) break;
  }
  return digests.size === 0 ? [none] : [...digests];
}

/** Text that stands for itself: well-formed, short, without control characters, and unlike a digest or no value. */
const plain = /^(?![#-])[^\u0000-\u001f\u007f\ud800-\udfff]{0,256}$/u;

function part(text: string): string {
  return plain.test(text) ? text : digest(JSON.stringify(text));
}

function digest(text: string): string {
  return `#${hash('sha256', text, 'base64url')}`;
}

/** Members in the order of their names: another order of the same members is no other value. */
function canonicalText(value: unknown): string {
  const text = jsonText(value);
  // What has no text is all one value, which is stricter than leaving it uncounted.
  if (text === undefined) return '';
  return typeof value === 'object' && value !== null ? canonicalJson(JSON.parse(text) as PlainValue) : text; // JSON is plain
}
