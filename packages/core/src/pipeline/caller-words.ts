import { InvalidInputError } from '../errors.js';

const maxLength = 256;
const maxLabels = 64;

/** @throws InvalidInputError for labels that are not a few short texts. */
export function checkedLabels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const pairs = Object.entries(labels);
  if (pairs.length > maxLabels) throw new InvalidInputError(`more than ${String(maxLabels)} labels`);
  return Object.freeze(Object.fromEntries(pairs.map(([key, value]) => [key, shortText(value, 'a label') ?? ''])));
}

/** A value as the trail can hold it in `tool_call_id`: 1 to 256 printable ASCII characters without spaces, else `undefined`. For ids that others make, which must not cost their call. */
export function toolCallIdOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x21-\x7e]{1,256}$/.test(value) ? value : undefined;
}

/** @throws InvalidInputError for what could be more than an id: other people's systems make it, and it is written down. */
export function checkedToolCallId(value: unknown): string | undefined {
  const id = toolCallIdOf(value);
  if (id === value) return id;
  throw new InvalidInputError(`toolCallId must be 1 to ${String(maxLength)} printable ASCII characters without spaces`);
}

/** @throws InvalidInputError for what is no short text. */
export function shortText(value: unknown, what: string): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.length <= maxLength && value.isWellFormed()) return value;
  throw new InvalidInputError(`${what} must be text of at most ${String(maxLength)} characters`);
}
