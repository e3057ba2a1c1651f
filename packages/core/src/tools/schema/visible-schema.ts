import { SettingsError } from '../../errors.js';
import { isRecord } from '../is-record.js';
import { firstInvisible, onlyVisible } from '../visible-text.js';

const data: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples', 'required']);

/**
 * A schema whose titles and descriptions hold nothing that a reader does not see and a model does: refused where an author
 * can mend it, left out of schemas of others.
 *
 * @throws SettingsError
 */
export function visibleSchema<T>(schema: T, isTolerant: boolean): T {
  return visit(schema, isTolerant) as T; // of the same form
}

function visit(value: unknown, isTolerant: boolean): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => visit(item, isTolerant));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if ((key === 'description' || key === 'title') && typeof item === 'string') return [key, visible(item, key, isTolerant)];
      return [key, data.has(key) ? item : visit(item, isTolerant)];
    }),
  );
}

function visible(text: string, what: string, isTolerant: boolean): string {
  const invisible = firstInvisible(text);
  if (invisible === undefined) return text;
  if (isTolerant) return onlyVisible(text);
  throw new SettingsError(`a ${what} in the schema has a character that a reader does not see (${invisible}), and a model does; leave it out`);
}
