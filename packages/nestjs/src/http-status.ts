import type { ErrorCode } from '@enforcecore/core';

/** What a code is to an HTTP client. The page `docs/guides/nestjs.md` has the same table; a test compares them. */
export const statusOfCode: Readonly<Record<ErrorCode, number>> = {
  // The caller may change the request.
  TOOL_INPUT: 400,
  TOOL_NAME: 400,
  INPUT_INVALID: 400,
  INPUT_TOO_LARGE: 413,
  // The policy says no, and will say it again.
  TOOL_DENIED: 403,
  TOOL_NOT_ALLOWED: 403,
  ARGUMENT_VIOLATION: 403,
  CONDITION_VIOLATION: 403,
  CONTENT_VIOLATION: 403,
  DOMAIN_DENIED: 403,
  SENSITIVITY_VIOLATION: 403,
  POLICY_VIOLATION: 403,
  VETOED: 403,
  OUTPUT_SIZE: 403,
  // Not 429: waiting does not help, and clients repeat a 429 by themselves.
  COST_LIMIT: 402,
  RATE_LIMIT: 429,
  CONCURRENCY_LIMIT: 429,
  TIMEOUT: 504,
  // Not now: what stops the call is outside of it. A repeated call meets the switch again, or a store that was not asked yet.
  KILL_SWITCH: 503,
  LIMIT_STORE: 503,
  // Not 503, which proxies and clients repeat by themselves: the tool may have run.
  AUDIT: 500,
  GUARD: 500,
  CANCELLED: 500,
  // The application is not set up, or does not work, as it should.
  POLICY_LOAD: 500,
  POLICY_INVALID: 500,
  POLICY_EVALUATION: 500,
  SANDBOX: 500,
  SANDBOX_LIMIT: 500,
  REDACTION: 500,
  HOOK: 500,
  ASYNC_SERVICE: 500,
  OUTPUT_INVALID: 500,
  DEPTH: 500,
  COST_INVALID: 500,
  NOT_ENFORCED: 500,
  PACKAGE_MISSING: 500,
  PLUGIN: 500,
  GATEWAY: 502,
  SETTINGS: 500,
};
