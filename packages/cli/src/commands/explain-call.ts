import { InvalidArgumentError } from 'commander';
import { CliError } from '../errors.js';
import { anInstant, instantOf } from '../policy-tests/instant.js';

/** What is refused is not quoted: it may hold what nobody should read in a log. */
export function parseArgs(text: string | undefined): readonly unknown[] {
  if (text === undefined) return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CliError('INPUT', '--args refused: expected a JSON object or array, got text that is no JSON; quote it as \'{"key":"value"}\'', {
      cause: error,
    });
  }
  if (Array.isArray(value)) return value;
  if (typeof value === 'object' && value !== null) return [value];
  throw new CliError('INPUT', `--args refused: expected a JSON object or array, got ${value === null ? 'null' : `a ${typeof value}`}; wrap it in […]`);
}

/** One more `key=value`, given once or many times. */
export function label(text: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const at = text.indexOf('=');
  if (at <= 0) throw new InvalidArgumentError('Expected key=value.');
  const key = text.slice(0, at);
  if (before.has(key)) throw new InvalidArgumentError('The label is given twice.');
  return new Map([...before, [key, text.slice(at + 1)]]);
}

/** Milliseconds since 1970. */
export function instant(text: string): number {
  const ms = instantOf(text);
  if (ms === undefined) throw new InvalidArgumentError(`Expected ${anInstant}.`);
  return ms;
}
