import { isRecord } from '../is-record.js';
import type { JsonSchema } from '../tool-input.js';

/** What the author of a schema wrote into it, and so may be told of arguments that do not fit. */
export interface AuthorWords {
  /** Names of properties. */
  readonly names: ReadonlySet<string>;
  /** Texts, numbers and the like, wherever they stand. */
  readonly constants: ReadonlySet<unknown>;
}

export function authorWords(schema: JsonSchema): AuthorWords {
  const names = new Set<string>();
  const constants = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (!isRecord(value)) constants.add(value);
    else {
      const { properties } = value;
      if (isRecord(properties)) for (const name of Object.keys(properties)) names.add(name);
      Object.values(value).forEach(visit);
    }
  };
  visit(schema);
  return { names, constants };
}
