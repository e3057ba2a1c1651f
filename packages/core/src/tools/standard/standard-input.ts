import { SettingsError } from '../../errors.js';
import { isThenable } from '../../pipeline/thenable.js';
import { deepFreeze } from '../deep-freeze.js';
import { isRecord } from '../is-record.js';
import { keyPath } from '../issue-path.js';
import { refuseProtoKeys } from '../proto-keys.js';
import { ToolInputError } from '../tool-input-error.js';
import type { JsonSchema, ToolInput, ToolInputIssue } from '../tool-input.js';
import { closed, unknownKeys } from './closed-schema.js';
import { authorWords, type AuthorWords } from '../schema/author-words.js';
import { visibleSchema } from '../schema/visible-schema.js';
import type { StandardSchema } from './standard-schema.js';
import { issueText } from './issue-text.js';

/**
 * Arguments as a Standard Schema takes them; keys that it does not name are refused, which zod for one drops in silence.
 * What its messages say is not passed on, since they may hold values: zod's issues are put in our words.
 */
export class StandardInput implements ToolInput {
  readonly schema: JsonSchema;
  readonly #source: StandardSchema;
  #words: AuthorWords | undefined;

  constructor(source: StandardSchema) {
    this.#source = source;
    this.schema = deepFreeze(visibleSchema(closed(jsonSchemaOf(source)), false));
  }

  read(given: unknown): unknown {
    refuseProtoKeys(given);
    const stray = unknownKeys(this.schema, given);
    const result = orUnchecked(() => this.#source['~standard'].validate(given));
    if (!isThenable(result)) return this.#valueOf(result, stray);
    return Promise.resolve(result).then(
      (settled) => this.#valueOf(settled, stray),
      (cause: unknown) => orUnchecked(() => { throw cause; }),
    );
  }

  /** Other people's code answers: what is not as the standard has it, is no answer. */
  #valueOf(result: unknown, stray: readonly ToolInputIssue[]): unknown {
    const { issues, value } = orUnchecked(() => answerOf(result));
    const told = orUnchecked(() => (issues ?? []).slice(0, maxIssues).map((issue) => this.#told(issue)));
    if (issues === undefined && stray.length === 0) return value;
    throw new ToolInputError(stray.length + told.length === 0 ? [{ path: '', expected: 'is not valid' }] : [...stray, ...told]);
  }

  #told(issue: unknown): ToolInputIssue {
    const words = (this.#words ??= authorWords(this.schema));
    return { path: pathOf(issue, words.names), expected: issueText(issue, this.#source['~standard'].vendor, words.constants) };
  }
}

function answerOf(result: unknown): { readonly issues: readonly unknown[] | undefined; readonly value: unknown } {
  if ((typeof result !== 'object' && typeof result !== 'function') || result === null) throw new TypeError('the schema did not answer');
  const issues: unknown = 'issues' in result ? result.issues : undefined;
  if (issues !== undefined && !Array.isArray(issues)) throw new TypeError('the schema did not list its issues');
  if (issues === undefined && !('value' in result)) throw new TypeError('the schema gave no value');
  return { issues: issues as readonly unknown[] | undefined, value: 'value' in result ? result.value : undefined };
}

function pathOf(issue: unknown, names: ReadonlySet<string>): string {
  const path: unknown = typeof issue === 'object' && issue !== null && 'path' in issue ? issue.path : undefined;
  if (!Array.isArray(path)) return '';
  return path
    .map((step: unknown) => (typeof step === 'object' && step !== null && 'key' in step ? step.key : step))
    .reduce<string>((at, step) => (typeof step === 'number' ? `${at}[${String(step)}]` : keyPath(at, String(step), names)), '');
}

function orUnchecked<T>(body: () => T): T {
  try {
    return body();
  } catch (cause) {
    throw new ToolInputError([{ path: '', expected: 'could not be checked: a rule failed by itself' }], { cause });
  }
}

/** At most so many are looked at; a caller learns of twenty. */
const maxIssues = 100;

/** What the schema says of itself to a model. Not each library can, and not each schema. */
function jsonSchemaOf(source: StandardSchema): JsonSchema {
  const { jsonSchema, vendor } = source['~standard'];
  const told = toldBy(() => jsonSchema?.input({ target: 'draft-2020-12' }) ?? source.toJSONSchema?.({ target: 'draft-2020-12', io: 'input' }), vendor);
  if (!isRecord(told)) throw new SettingsError(`the schema (${vendor}) cannot tell its JSON Schema, which a model needs; of zod take 4.2 or later, and neither zod/mini nor zod/v3; else describe the arguments by jsonSchema({…})`);
  const schema = Object.fromEntries(Object.entries(told).filter(([key]) => key !== '$schema' && key !== '~standard'));
  if (schema['type'] === undefined) return { type: 'object', ...schema };
  if (schema['type'] === 'object') return schema;
  throw new SettingsError(`the schema (${vendor}) is not one of an object; the arguments of a tool are an object in which each has its name`);
}

function toldBy(tell: () => unknown, vendor: string): unknown {
  try {
    return tell();
  } catch (cause) {
    throw new SettingsError(`the schema (${vendor}) holds what has no JSON Schema, such as a date or a function; a model can only send JSON`, { cause });
  }
}
