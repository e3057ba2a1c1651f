import type { EnforceCoreError, ErrorCode } from '@enforcecore/core';
import { refusalOf } from '@enforcecore/core/tools';
import { STATUS_CODES } from 'node:http';
import { statusOfCode } from './http-status.js';

/** A refusal as clients get it: a problem of RFC 9457 (`application/problem+json`). Holds no argument and no result. */
export interface Problem {
  readonly type: 'about:blank';
  /** The status in words. */
  readonly title: string;
  /** Of HTTP; each code has one. */
  readonly status: number;
  /** The message of the error; from 500 on a sentence that is always the same, but for a timeout. */
  readonly detail: string;
  /** The error's own code, for programs. */
  readonly code: ErrorCode;
  /** Whether the tool may have run all the same, and its result was withheld: then a repeated call may do it twice. */
  readonly mayHaveRun: boolean;
  /** The tool that was called, where it is known. */
  readonly tool?: string;
  /** Whole milliseconds after which the same call may succeed. */
  readonly retryAfterMs?: number;
  /** What is wrong with a tool's arguments: where, and what is expected there. */
  readonly issues?: readonly { readonly path: string; readonly expected: string }[];
}

/**
 * What a client may be told of an error of enforcement, with its status: from 500 on nothing of what went wrong inside.
 *
 * @param error of ours; another installed copy's will do
 */
export function problemOf(error: EnforceCoreError): Problem {
  const { code, toolName } = error;
  // A newer copy may have codes that this one does not know: an error of enforcement is then nothing better than one.
  const status = Object.hasOwn(statusOfCode, code) ? statusOfCode[code] : 500;
  const retryAfterMs = waitOf(error);
  const issues = issuesOf(error);
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: detailOf(error, status),
    code,
    mayHaveRun: refusalOf(error)?.mayHaveRun ?? true,
    ...(toolName === undefined ? {} : { tool: toolName }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(issues === undefined ? {} : { issues }),
  };
}

/** Whole seconds, rounded up, as `Retry-After` has them: sooner would be too soon. */
export function retryAfterSeconds({ retryAfterMs }: Problem): number | undefined {
  return retryAfterMs === undefined ? undefined : Math.max(1, Math.ceil(retryAfterMs / 1_000));
}

/** What went wrong inside names files, hosts and services, which are nobody's business outside. */
function detailOf({ code, message }: EnforceCoreError, status: number): string {
  if (status < 500 || code === 'TIMEOUT') return message;
  if (code === 'KILL_SWITCH') return 'calls are stopped for now';
  if (code === 'CANCELLED') return 'the call was cancelled';
  return 'the call could not be enforced, so it was not answered';
}

function waitOf(error: EnforceCoreError): number | undefined {
  const ms: unknown = error.code === 'RATE_LIMIT' ? Reflect.get(error, 'retryAfterMs') : undefined;
  return typeof ms === 'number' && Number.isFinite(ms) && ms >= 0 ? Math.ceil(ms) : undefined;
}

function issuesOf(error: EnforceCoreError): Problem['issues'] {
  const issues: unknown = error.code === 'TOOL_INPUT' ? Reflect.get(error, 'issues') : undefined;
  if (!Array.isArray(issues)) return undefined;
  return (issues as readonly { readonly path: unknown; readonly expected: unknown }[]).map(({ path, expected }) => ({ path: String(path), expected: String(expected) })); // only these two: what else an issue holds may be a value
}
