import type { EntryFields, EntryPlace, Violation } from './entry.js';
import { leafHash } from '../tree/tree-state.js';

/** A line in two parts: `entry_hash` goes between them and is the hash of both. */
export interface EncodedEntry {
  readonly before: string;
  readonly after: string;
}

// Node 20 has toWellFormed, the ES2023 typings do not.
interface WellFormed {
  toWellFormed(): string;
}

// Nothing to escape and no surrogates: then quoting is enough (RFC 8785, 3.2.2.2).
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  // A string always has the method; see above. A lone surrogate has no UTF-8, so it becomes U+FFFD.
  return JSON.stringify((text as unknown as WellFormed).toWellFormed());
}

function text(value: string | null): string {
  return value === null ? 'null' : quote(value);
}

function counts(record: Readonly<Record<string, number>>): string {
  const names = Object.keys(record);
  if (names.length === 0) return '{}';
  names.sort();
  return `{${names.map((name) => `${quote(name)}:${String(record[name])}`).join(',')}}`;
}

function violation(item: Violation): string {
  return `{"action":${quote(item.action)},"path":${text(item.path)},"reason":${quote(item.reason)},"rule":${quote(item.rule)},"type":${quote(item.type)}}`;
}

function list(items: readonly Violation[]): string {
  return items.length === 0 ? '[]' : `[${items.map(violation).join(',')}]`;
}

function given(name: string, value: string | null): string {
  return value === null ? '' : `,"${name}":${quote(value)}`;
}

function above0(name: string, value: number): string {
  return value === 0 ? '' : `,"${name}":${String(value)}`;
}

/** A journal's line for a call: like `JSON.stringify`, without what is null, zero or empty. */
export function encodeIntent(e: EntryFields): string {
  return (
    `{"call_id":${text(e.call_id)},"tool_name":${text(e.tool_name)},"decision":${text(e.decision)}` +
    given('agent', e.agent) + given('args_digest', e.args_digest) + given('error_class', e.error_class) +
    given('parent_call_id', e.parent_call_id) + given('policy_digest', e.policy_digest) +
    given('policy_name', e.policy_name) + given('policy_version', e.policy_version) + given('session', e.session) +
    given('tenant_id', e.tenant_id) + given('tool_call_id', e.tool_call_id) + given('violation_reason', e.violation_reason) + given('violation_type', e.violation_type) +
    above0('call_duration_ms', e.call_duration_ms) + above0('cost_micro_usd', e.cost_micro_usd) + above0('depth', e.depth) +
    above0('input_redactions', e.input_redactions) + above0('output_redactions', e.output_redactions) +
    above0('overhead_ms', e.overhead_ms) +
    `,"redactions":${counts(e.redactions)},"violations":${list(e.violations)}}\n`
  );
}

/** RFC 8785 canonical JSON by a fixed template: keys sorted, no spaces, ES number formatting. */
export function encodeEntry(e: EntryFields, place: EntryPlace): EncodedEntry {
  return {
    before:
      `{"agent":${text(e.agent)},"args_digest":${text(e.args_digest)},"call_duration_ms":${String(e.call_duration_ms)}` +
      `,"call_id":${text(e.call_id)},"cost_micro_usd":${String(e.cost_micro_usd)},"decision":${text(e.decision)}` +
      `,"depth":${String(e.depth)},"detail":${text(e.detail)},`,
    after:
      `"entry_id":"${place.entry_id}","error_class":${text(e.error_class)}` +
      `,"input_redactions":${String(e.input_redactions)},"kind":"${e.kind}","outcome":${text(e.outcome)}` +
      `,"output_redactions":${String(e.output_redactions)},"overhead_ms":${String(e.overhead_ms)}` +
      `,"parent_call_id":${text(e.parent_call_id)},"policy_digest":${text(e.policy_digest)}` +
      `,"policy_name":${text(e.policy_name)},"policy_version":${text(e.policy_version)}` +
      `,"previous_hash":"${place.previous_hash}","redactions":${counts(e.redactions)}` +
      `,"result_digest":${text(e.result_digest)},"sandbox":${text(e.sandbox)},"schema_version":1` +
      `,"seen":${place.seen === null ? 'null' : `"${place.seen}"`},"sequence":${String(place.sequence)}` +
      `,"session":${text(e.session)},"tenant_id":${text(e.tenant_id)},"timestamp":"${place.timestamp}"` +
      `,"tool_call_id":${text(e.tool_call_id)},"tool_name":${text(e.tool_name)},"violation_reason":${text(e.violation_reason)}` +
      `,"violation_type":${text(e.violation_type)},"violations":${list(e.violations)},"writer_id":"${place.writer_id}"}`,
  };
}

/** What `entry_hash` must be: the leaf hash (RFC 9162, 2.1.1) of the line with that member cut out. */
export function hashEntry(encoded: EncodedEntry): string {
  return leafHash(encoded.before + encoded.after);
}

/** The stored line, without its newline. */
export function joinEntry(encoded: EncodedEntry, entryHash: string): string {
  return `${encoded.before}"entry_hash":"${entryHash}",${encoded.after}`;
}
