import { plainToInstance } from 'class-transformer';
import { Validator, type ValidationError } from 'class-validator';
import { ValidationExecutor } from 'class-validator/cjs/validation/ValidationExecutor.js';
import { isRecord } from '../is-record.js';
import { keyPath } from '../issue-path.js';
import { ToolInputError } from '../tool-input-error.js';
import type { JsonSchema, ToolInput, ToolInputIssue } from '../tool-input.js';
import type { DtoClass } from './dto-class.js';
import { mutableCopy } from './mutable-copy.js';
import { strayParts } from './stray.js';
import { dtoSchema } from './dto-schema.js';
import { issuesOf } from './validation-issues.js';

const options = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true, validationError: { target: true, value: false } };
const validator = new Validator();

/** Arguments as instances of a class: transformed by class-transformer, checked by class-validator, no key that the class does not have. */
export class DtoInput implements ToolInput {
  readonly #type: DtoClass;
  #schema: JsonSchema | undefined;

  constructor(type: DtoClass) {
    this.#type = type;
  }

  get schema(): JsonSchema {
    return (this.#schema ??= dtoSchema(this.#type));
  }

  read(given: unknown): unknown {
    this.#schema ??= dtoSchema(this.#type); // what is wrong with the class is told before anything runs
    const instance = this.#transformed(given);
    const stray = strayParts(given, instance);
    const executor = new ValidationExecutor(validator, options);
    const errors: ValidationError[] = [];
    try {
      executor.execute(instance, '', errors);
    } catch (cause) {
      for (const pending of executor.awaitingPromises) pending.catch(() => undefined); // refused anyway
      throw unchecked(stray, cause);
    }
    const verdict = (): object => orRefuse(instance, stray, issuesOf(executor.stripEmptyErrors(errors), stray.length > 0));
    if (executor.awaitingPromises.length === 0) return verdict();
    return Promise.all(executor.awaitingPromises).then(verdict, (cause: unknown) => {
      throw unchecked(stray, cause);
    });
  }

  #transformed(given: unknown): object {
    try {
      return this.#convert(given);
    } catch (cause) {
      throw new ToolInputError([{ path: this.#faultyKey(given), expected: 'could not be converted' }], { cause });
    }
  }

  #convert(given: unknown): object {
    return plainToInstance(this.#type, mutableCopy(given), { enableImplicitConversion: false });
  }

  /** A transform does not tell where it failed; alone, each key does. */
  #faultyKey(given: unknown): string {
    if (!isRecord(given)) return '';
    const faulty = Object.keys(given).find((key) => {
      try {
        this.#convert({ [key]: given[key] });
        return false;
      } catch {
        return true; // told already
      }
    });
    return faulty === undefined ? '' : keyPath('', faulty);
  }
}

function unchecked(stray: readonly ToolInputIssue[], cause: unknown): ToolInputError {
  return new ToolInputError([...stray, { path: '', expected: 'could not be checked: a rule failed by itself' }], { cause });
}

function orRefuse(instance: object, ...found: readonly (readonly ToolInputIssue[])[]): object {
  const issues = new Map(found.flat().map((issue) => [`${issue.path} ${issue.expected}`, issue]));
  if (issues.size > 0) throw new ToolInputError([...issues.values()]);
  return instance;
}
