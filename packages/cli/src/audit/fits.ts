import type { AuditEntry, AuditQuery } from '@enforcecore/audit';

const fields = ['kind', 'call_id', 'tool_call_id', 'tool_name', 'policy_name', 'tenant_id', 'agent', 'session', 'writer_id', 'decision', 'outcome', 'violation_type'] as const;

/** Whether one entry is what a query asks for, as stores judge it; for entries that come one by one. */
export function fits(entry: AuditEntry, query: AuditQuery): boolean {
  if (fields.some((field) => query[field] !== undefined && query[field] !== entry[field])) return false;
  if (query.since !== undefined && entry.timestamp < query.since) return false;
  if (query.until !== undefined && entry.timestamp >= query.until) return false;
  const reason = lower(entry.violation_reason ?? '');
  return lower(query.text ?? '').split(/\s+/).every((word) => reason.includes(word));
}

/** Stores fold the case of ASCII letters only. */
function lower(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
