import { createRequire } from 'node:module';
import { compilePattern } from '@enforcecore/redact/patterns';
import type { ValidateFunction } from 'ajv';
import type * as Ajv2020 from 'ajv/dist/2020.js';
import { SettingsError } from '../../errors.js';
import { deepFreeze } from '../deep-freeze.js';
import { refuseProtoKeys } from '../proto-keys.js';
import { closed, unknownKeys } from '../standard/closed-schema.js';
import { ToolInputError } from '../tool-input-error.js';
import type { JsonSchema, ToolInput, ToolInputIssue } from '../tool-input.js';
import { withoutInvisible } from '../visible-text.js';
import { authorWords, type AuthorWords } from './author-words.js';
import { formatTests } from './formats.js';
import { addKeywords } from './keywords.js';
import { prepareSchema } from './prepared-schema.js';
import { schemaIssues } from './schema-issues.js';
import { TooMuchWork, Work } from './work.js';

const require = createRequire(import.meta.url);

export interface JsonSchemaOptions {
  /**
   * What is not understood: keywords, formats, and patterns that cannot be matched in linear time; and keys that an object does
   * not name, where it names some and does not say what else it takes. `refuse` by default, which finds mistakes; `ignore` for
   * schemas of others, which the standard wants read like that.
   */
  readonly unknown?: 'refuse' | 'ignore';
}

/**
 * An input described by a JSON Schema, draft 2020-12; what earlier drafts say is understood. The schema may come from anyone:
 * it is copied and bounded (1,000 schemas, 512 KiB, 64 levels), stands alone, and neither it nor the arguments can make a
 * check take long. Arguments are checked as they are: nothing is converted, and no `default` filled in.
 *
 * @throws SettingsError for a schema that cannot be used; of others (`ignore`) some of it at the first call.
 */
export function jsonSchema(schema: JsonSchema, { unknown = 'refuse' }: JsonSchemaOptions = {}): ToolInput {
  return new SchemaInput(schema, unknown === 'ignore');
}

class SchemaInput implements ToolInput {
  readonly schema: JsonSchema;
  readonly #work = new Work();
  readonly #compile: () => ValidateFunction;
  readonly #isTolerant: boolean;
  #validate: ValidateFunction | undefined;
  #words: AuthorWords | undefined;

  constructor(given: unknown, isTolerant: boolean) {
    const { told, compiled } = prepareSchema(given, isTolerant);
    this.#isTolerant = isTolerant;
    this.schema = isTolerant ? told : deepFreeze(closed(told));
    this.#compile = () => compile(compiled, isTolerant, this.#work);
    // An author learns at once what is wrong; of others there may be many, and few of their tools are ever called.
    if (!isTolerant) this.#validate = this.#compile();
  }

  read(given: unknown): unknown {
    refuseProtoKeys(given);
    const validate = (this.#validate ??= this.#compile());
    this.#work.begin();
    const stray = this.#isTolerant ? [] : unknownKeys(this.schema, given);
    const fits = isValid(validate, given);
    if (fits && stray.length === 0) return given;
    const issues = fits ? [] : schemaIssues(validate.errors ?? [], (this.#words ??= authorWords(this.schema)).names);
    validate.errors = null; // they hold the arguments
    throw new ToolInputError(distinct([...stray, ...issues]));
  }
}

/** A closed object tells of its unknown keys itself. */
function distinct(issues: readonly ToolInputIssue[]): readonly ToolInputIssue[] {
  return [...new Map(issues.map((issue) => [`${issue.path} ${issue.expected}`, issue])).values()];
}

function isValid(validate: ValidateFunction, given: unknown): boolean {
  let verdict: unknown;
  try {
    verdict = validate(given);
  } catch (cause) {
    const why = cause instanceof TooMuchWork ? 'must be smaller: to check them takes too long' : 'could not be checked';
    throw new ToolInputError([{ path: '', expected: why }], { cause });
  }
  // Anything else is no answer, a promise least of all.
  return verdict === true;
}

function compile(schema: JsonSchema, isTolerant: boolean, work: Work): ValidateFunction {
  const { Ajv2020: Ajv } = require('ajv/dist/2020.js') as typeof Ajv2020; // the package's own types
  const pattern = Object.assign((source: string) => patternTest(source, work), { code: 'no standalone code' });
  try {
    const ajv = new Ajv({
      allErrors: true,
      verbose: true,
      messages: false,
      strict: !isTolerant,
      strictTypes: false,
      strictTuples: false,
      strictRequired: false,
      allowMatchingProperties: true,
      ownProperties: true,
      // Each schema once, however often others refer to it.
      inlineRefs: false,
      meta: false,
      validateSchema: false,
      logger: false,
      formats: formatTests(work),
      code: { regExp: pattern },
    });
    addKeywords(ajv, work);
    return ajv.compile(schema);
  } catch (cause) {
    const why = cause instanceof Error ? withoutInvisible(cause.message).slice(0, 200) : 'it cannot be compiled';
    throw new SettingsError(`the JSON Schema cannot be used: ${why}`, { cause });
  }
}

/** In linear time, whoever wrote the pattern. */
function patternTest(source: string, work: Work): RegExp {
  const linear = compilePattern(source);
  const engine = {
    test(text: string): boolean {
      work.spend(16 + text.length * 4);
      return linear.test(text);
    },
    toString: () => source,
  };
  return engine as unknown as RegExp; // ajv asks for `test` and the name alone
}
