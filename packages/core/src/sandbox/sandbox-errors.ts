import { EnforceCoreError, EnforcementViolation, type ErrorContext } from '../errors.js';

/** The wall that a tool needs is not there, the tool cannot be moved behind it, or what is behind it broke. */
export class SandboxError extends EnforceCoreError {
  override name = 'SandboxError';
  constructor(message: string, context: ErrorContext = {}) {
    super('SANDBOX', message, context);
  }
}

/** A tool behind a wall did what the wall does not let it. */
export class SandboxViolationError extends EnforcementViolation {
  override name = 'SandboxViolationError';
  constructor(context: ErrorContext & { readonly reason: string }) {
    super('SANDBOX_LIMIT', { ...context, violationType: 'sandbox_violation' });
  }
}

/** A tool behind a wall used more processor time than it has. */
export class SandboxTimeoutError extends SandboxViolationError {
  override name = 'SandboxTimeoutError';
  readonly limitSeconds: number;
  constructor(context: ErrorContext & { readonly reason: string; readonly limitSeconds: number }) {
    super(context);
    this.limitSeconds = context.limitSeconds;
  }
}

/** A tool behind a wall used more memory than it has. */
export class SandboxMemoryError extends SandboxViolationError {
  override name = 'SandboxMemoryError';
  readonly limitMb: number;
  constructor(context: ErrorContext & { readonly reason: string; readonly limitMb: number }) {
    super(context);
    this.limitMb = context.limitMb;
  }
}
