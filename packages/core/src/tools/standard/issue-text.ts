import { constantList } from '../dto/constant-text.js';
import { isRecord } from '../is-record.js';
import type { StandardIssue } from './standard-schema.js';

/** What an issue expects, in our words: by zod's codes, and for others in general. INVARIANT: never the issue's own message, which may hold a value. */
export function issueText(issue: StandardIssue, vendor: string): string {
  const facts: unknown = issue;
  return (vendor === 'zod' && isRecord(facts) ? zodText(facts) : undefined) ?? 'is not valid';
}

const typeWords: ReadonlyMap<unknown, string> = new Map([
  ['string', 'a string'], ['number', 'a number'], ['int', 'a whole number'], ['boolean', 'true or false'], ['array', 'a list'], ['object', 'an object'], ['record', 'an object'],
  ['null', 'null'], ['undefined', 'left out'], ['never', 'left out'], ['date', 'a date'], ['tuple', 'a list'], ['nonoptional', 'given'],
]);

function zodText(issue: Readonly<Record<string, unknown>>): string | undefined {
  switch (issue['code']) {
    case 'invalid_type': {
      const word = typeWords.get(issue['expected']);
      return word === undefined ? undefined : `must be ${word}`;
    }
    case 'too_small':
      return sizeText(issue, issue['minimum'], issue['inclusive'] === false ? 'above' : 'at least');
    case 'too_big':
      return sizeText(issue, issue['maximum'], issue['inclusive'] === false ? 'below' : 'at most');
    case 'invalid_format':
      return typeof issue['format'] === 'string' && /^[\w-]{1,40}$/.test(issue['format']) ? `must have the format ${issue['format']}` : undefined;
    case 'not_multiple_of':
      return typeof issue['divisor'] === 'number' ? `must be a multiple of ${String(issue['divisor'])}` : undefined;
    case 'invalid_value': {
      const list = constantList(issue['values']);
      return list === undefined ? 'must be one of the values in the schema' : `must be one of: ${list}`;
    }
    case 'unrecognized_keys':
      return 'must not have unknown keys';
    case 'invalid_union':
      return 'must fit one of the forms that the schema gives';
    case 'invalid_key':
      return 'must have only keys of the form that the schema gives';
    default:
      return undefined;
  }
}

const units: ReadonlyMap<unknown, string> = new Map([['string', ' characters'], ['array', ' items'], ['set', ' items'], ['map', ' items'], ['object', ' keys']]);

/** The limit is the schema's: a number, or a date as one. */
function sizeText({ origin }: Readonly<Record<string, unknown>>, limit: unknown, words: string): string | undefined {
  if (typeof limit !== 'number' && typeof limit !== 'bigint') return undefined;
  const unit = units.get(origin);
  return unit === undefined ? `must be ${words} ${String(limit)}` : `must have ${words} ${String(limit)}${unit}`;
}
