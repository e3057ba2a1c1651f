import { constantList } from '../dto/constant-text.js';
import { isRecord } from '../is-record.js';

/**
 * What an issue expects, in our words: by zod's codes, and for others in general. INVARIANT: never the issue's own message, nor
 * any of its facts that the author did not write into the schema: both can hold a value.
 *
 * @param constants what the author wrote
 */
export function issueText(issue: unknown, vendor: string, constants: ReadonlySet<unknown>): string {
  return (vendor === 'zod' && isRecord(issue) ? zodText(issue, constants) : undefined) ?? 'is not valid';
}

const typeWords: ReadonlyMap<unknown, string> = new Map([
  ['string', 'a string'], ['number', 'a number'], ['int', 'a whole number'], ['boolean', 'true or false'], ['array', 'a list'], ['object', 'an object'], ['record', 'an object'],
  ['null', 'null'], ['undefined', 'left out'], ['never', 'left out'], ['date', 'a date'], ['tuple', 'a list'], ['nonoptional', 'given'],
]);

/** zod's own, as its issues name them. */
const formats: ReadonlySet<unknown> = new Set([
  'email', 'url', 'emoji', 'uuid', 'guid', 'nanoid', 'cuid', 'cuid2', 'ulid', 'xid', 'ksuid', 'datetime', 'date', 'time', 'duration', 'ipv4', 'ipv6', 'mac', 'cidrv4', 'cidrv6',
  'base64', 'base64url', 'json_string', 'e164', 'lowercase', 'uppercase', 'regex', 'jwt', 'starts_with', 'ends_with', 'includes', 'hostname', 'hex', 'safeint', 'int32', 'uint32', 'float32', 'float64',
]);

function zodText(issue: Readonly<Record<string, unknown>>, constants: ReadonlySet<unknown>): string | undefined {
  switch (issue['code']) {
    case 'invalid_type': {
      const word = typeWords.get(issue['expected']);
      return word === undefined ? undefined : `must be ${word}`;
    }
    case 'too_small':
      return sizeText(issue, issue['minimum'], issue['inclusive'] === false ? 'above' : 'at least', constants) ?? 'must be more';
    case 'too_big':
      return sizeText(issue, issue['maximum'], issue['inclusive'] === false ? 'below' : 'at most', constants) ?? 'must be less';
    case 'invalid_format':
      return formats.has(issue['format']) ? `must have the format ${String(issue['format'])}` : undefined;
    case 'not_multiple_of':
      return typeof issue['divisor'] === 'number' && constants.has(issue['divisor']) ? `must be a multiple of ${String(issue['divisor'])}` : undefined;
    case 'invalid_value': {
      const { values } = issue;
      const list = Array.isArray(values) && values.every((value) => constants.has(value)) ? constantList(values) : undefined;
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

function sizeText({ origin }: Readonly<Record<string, unknown>>, limit: unknown, words: string, constants: ReadonlySet<unknown>): string | undefined {
  if (typeof limit !== 'number' || !constants.has(limit)) return undefined;
  const unit = units.get(origin);
  return unit === undefined ? `must be ${words} ${String(limit)}` : `must have ${words} ${String(limit)}${unit}`;
}
