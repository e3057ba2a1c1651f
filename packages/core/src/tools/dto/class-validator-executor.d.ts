declare module 'class-validator/cjs/validation/ValidationExecutor.js' {
  import type { ValidationError, Validator, ValidatorOptions } from 'class-validator';

  /** What `validate` and `validateSync` run; tells, unlike them, whether there is anything to wait for. */
  export class ValidationExecutor {
    readonly awaitingPromises: readonly Promise<unknown>[];
    constructor(validator: Validator, options?: ValidatorOptions);
    execute(object: object, targetSchema: string, errors: ValidationError[]): void;
    stripEmptyErrors(errors: ValidationError[]): ValidationError[];
  }
}

declare module 'class-transformer/cjs/storage.js' {
  import type { MetadataStorage } from 'class-transformer/types/MetadataStorage.js';

  export const defaultMetadataStorage: MetadataStorage;
}
