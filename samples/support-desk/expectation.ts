import { EnforceCoreError } from '@enforcecore/core';
import type { AuditEntry } from '@enforcecore/audit';
import type { Dispatched } from './dispatcher.js';
import type { Expectation } from './transcript.js';

/** Every way in which a call did not end as the transcript says; empty when all is well. */
export function differences(expect: Expectation, { result, seen }: Dispatched, nested: readonly AuditEntry[]): readonly string[] {
  const text = textOf(seen);
  const found = [
    differs('decision', expect.decision, result.decision),
    differs('outcome', expect.outcome, result.outcome),
    differs('violation', expect.violation, result.violationType),
    differs('error code', expect.error, codeOf(seen)),
    differs('redactions in', expect.in, result.redactionsInput),
    differs('redactions out', expect.out, result.redactionsOutput),
    differs('calls inside', expect.nested?.join(', '), nested.map(({ tool_name }) => tool_name).join(', ')),
    ...(expect.says ?? []).map((part) => (text.includes(part) ? undefined : `expected ${JSON.stringify(part)} in what the agent sees, got ${shortened(text)}`)),
    ...(expect.hides ?? []).map((part) => (text.includes(part) ? `${JSON.stringify(part)} reached the agent` : undefined)),
  ];
  return found.filter((difference) => difference !== undefined);
}

/** What the agent gets to read of a result or of an error. */
export function textOf(seen: Dispatched['seen']): string {
  if ('error' in seen) return seen.error instanceof Error ? seen.error.message : String(seen.error);
  return typeof seen.value === 'string' ? seen.value : JSON.stringify(seen.value);
}

function codeOf(seen: Dispatched['seen']): string | undefined {
  return 'error' in seen && EnforceCoreError.is(seen.error) ? seen.error.code : undefined;
}

function differs(what: string, expected: string | number | undefined, got: string | number | undefined): string | undefined {
  if (expected === undefined || expected === got) return undefined;
  return `expected ${what} ${String(expected)}, got ${String(got)}`;
}

function shortened(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
