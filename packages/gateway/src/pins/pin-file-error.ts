import { EnforceCoreError } from '@enforcecore/core';

/** The file of pins cannot be used; code `GATEWAY`. Its message names the file and says what to do: for whoever runs the gateway, never for clients. */
export class PinFileError extends EnforceCoreError {
  override name = 'PinFileError';

  constructor(message: string, cause?: unknown) {
    super('GATEWAY', message, { cause });
  }
}
