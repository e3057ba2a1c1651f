import { SettingsError } from '../../errors.js';
import { isThenable } from '../../pipeline/thenable.js';
import { deepFreeze } from '../deep-freeze.js';
import { isRecord } from '../is-record.js';
import { keyPath } from '../issue-path.js';
import { refuseProtoKeys } from '../proto-keys.js';
import { ToolInputError } from '../tool-input-error.js';
import type { JsonSchema, ToolInput, ToolInputIssue } from '../tool-input.js';
import { closed, unknownKeys } from './closed-schema.js';
import type { StandardIssue, StandardResult, StandardSchema } from './standard-schema.js';
import { issueText } from './issue-text.js';

/**
 * Arguments as a Standard Schema takes them; keys that it does not name are refused, which zod for one drops in silence.
 * What its messages say is not passed on, since they may hold values: zod's issues are put in our words.
 */
export class StandardInput implements ToolInput {
  readonly schema: JsonSchema;
  readonly #source: StandardSchema;

  constructor(source: StandardSchema) {
    this.#source = source;
    this.schema = deepFreeze(closed(jsonSchemaOf(source)));
  }

  read(given: unknown): unknown {
    refuseProtoKeys(given);
    const stray = unknownKeys(this.schema, given);
    const { vendor } = this.#source['~standard'];
    const result = orUnchecked(() => this.#source['~standard'].validate(given));
    if (!isThenable(result)) return valueOf(result, stray, vendor);
    return Promise.resolve(result).then(
      (settled) => valueOf(settled, stray, vendor),
      (cause: unknown) => orUnchecked(() => { throw cause; }),
    );
  }
}

function orUnchecked<T>(body: () => T): T {
  try {
    return body();
  } catch (cause) {
    throw new ToolInputError([{ path: '', expected: 'could not be checked: a rule failed by itself' }], { cause });
  }
}

function valueOf(result: StandardResult, stray: readonly ToolInputIssue[], vendor: string): unknown {
  const told = result.issues === undefined ? [] : result.issues.map((issue) => ({ path: pathOf(issue), expected: issueText(issue, vendor) }));
  const issues = [...stray, ...told];
  if (issues.length > 0 || result.issues !== undefined) throw new ToolInputError(issues);
  return result.value;
}

function pathOf({ path = [] }: StandardIssue): string {
  return path
    .map((step) => (typeof step === 'object' ? step.key : step))
    .reduce<string>((at, step) => (typeof step === 'number' ? `${at}[${String(step)}]` : keyPath(at, String(step))), '');
}

/** What the schema says of itself to a model. Not each library can, and not each schema. */
function jsonSchemaOf(source: StandardSchema): JsonSchema {
  const { jsonSchema, vendor } = source['~standard'];
  const told = toldBy(() => jsonSchema?.input({ target: 'draft-2020-12' }) ?? source.toJSONSchema?.({ target: 'draft-2020-12', io: 'input' }), vendor);
  if (!isRecord(told)) throw new SettingsError(`the schema (${vendor}) cannot tell its JSON Schema, which a model needs; take a version of the package that can, or jsonSchema({…})`);
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
