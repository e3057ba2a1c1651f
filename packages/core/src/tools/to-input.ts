import { SettingsError } from '../errors.js';
import { isDtoClass } from './dto/dto-class.js';
import { DtoInput } from './dto/dto-input.js';
import { StandardInput } from './standard/standard-input.js';
import { isStandardSchema, type StandardSchema } from './standard/standard-schema.js';
import type { ToolInput } from './tool-input.js';

/** Where a tool's input can come from: a class with class-validator decorators, a Standard Schema such as zod's, or `jsonSchema({…})`. */
export type ToolInputSource = (abstract new (...args: never[]) => object) | StandardSchema | ToolInput;

/**
 * What a source describes, as tools take it.
 *
 * @throws SettingsError for what describes no input.
 */
export function toolInput(source: ToolInputSource): ToolInput {
  if (isStandardSchema(source)) return new StandardInput(source);
  if (isDtoClass(source)) return new DtoInput(source);
  if (isToolInput(source)) return source;
  if (typeof source === 'function') throw new SettingsError(`${source.name || 'the class'} has no class-validator decorators, so nothing would check the arguments; decorate its properties`);
  throw new SettingsError('a tool takes a class with class-validator decorators, a Standard Schema (zod, valibot, arktype) or jsonSchema({…})');
}

function isToolInput(source: unknown): source is ToolInput {
  return typeof source === 'object' && source !== null && 'read' in source && typeof source.read === 'function' && 'schema' in source && typeof source.schema === 'object';
}
