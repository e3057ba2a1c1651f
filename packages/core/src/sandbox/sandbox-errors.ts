import { EnforceCoreError, EnforcementViolation, type ErrorContext } from '../errors.js';
import type { Child } from './launcher.js';

const maxOutputChars = 2_000;

/** The wall that a tool needs is not there, the tool cannot be moved behind it, or what is behind it broke. */
export class SandboxError extends EnforceCoreError {
  override name = 'SandboxError';
  readonly #child: Pick<Child, 'output'> | undefined;
  constructor(message: string, context: ErrorContext & { readonly child?: Pick<Child, 'output'> | undefined } = {}) {
    super('SANDBOX', message, context);
    this.#child = context.child;
  }

  /** The first 2,000 characters of what the tool wrote to standard error, where it ran: its own words, never in a message or a record. */
  get output(): string | undefined {
    // Asked for when it is read: the last of it may come after the news of the end.
    const stderr = this.#child?.output.stderr ?? '';
    return stderr === '' ? undefined : stderr.slice(0, maxOutputChars);
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
