/** Why a text or a value could not be redacted. */
export type RedactErrorCode =
  | 'CATEGORY' | 'STRATEGY' | 'OPTIONS' | 'INPUT' | 'UNREDACTABLE' | 'CYCLE' | 'BUDGET' | 'PATTERN' | 'DETECTOR' | 'RECOGNIZER' | 'VAULT';

/** A refusal to redact: the message and the path never hold the value itself. */
export class RedactError extends Error {
  override name = 'RedactError';
  readonly code: RedactErrorCode;
  /** Where in the value, for example `users[3].email`; empty at the top. */
  readonly path: string;

  constructor(code: RedactErrorCode, message: string, options: { readonly path?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.path = options.path ?? '';
  }
}
