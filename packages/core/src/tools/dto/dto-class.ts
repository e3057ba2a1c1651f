import { getMetadataStorage } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';

export type DtoClass = new () => object;

/** True for a class that class-validator knows, by its own properties or those that it inherits. */
export function isDtoClass(type: unknown): type is DtoClass {
  return typeof type === 'function' && rulesOf(type).length > 0;
}

/** What class-validator's decorators say of a class, inherited ones included. All groups: what is in any of them is checked. */
export function rulesOf(type: object): readonly ValidationMetadata[] {
  return getMetadataStorage().getTargetValidationMetadatas(type as DtoClass, '', false, false); // only asked as a key
}
