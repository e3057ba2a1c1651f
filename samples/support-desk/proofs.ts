import { Redactor } from '@enforcecore/redact';
import type { AuditEntry } from '@enforcecore/audit';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dispatched } from './dispatcher.js';

/** Something that was claimed, and what was found when it was looked at. */
export interface Proof {
  readonly claim: string;
  readonly holds: boolean;
  readonly evidence: string;
}

/** L3: calls made inside tools have entries too, so those are counted from the trail itself. */
export function oneEntryPerCall(calls: readonly Dispatched[], entries: readonly AuditEntry[]): Proof {
  const recorded = entries.filter(({ kind }) => kind === 'call').map(({ call_id }) => call_id);
  const inside = entries.filter(({ parent_call_id }) => parent_call_id !== null).length;
  const made = calls.map(({ result }) => result.callId);
  const unrecorded = made.filter((id) => recorded.filter((other) => other === id).length !== 1);
  const distinct = new Set(recorded).size;
  return {
    claim: 'every call has exactly one entry',
    holds: unrecorded.length === 0 && distinct === recorded.length && recorded.length === made.length + inside,
    evidence: `${String(made.length)} calls by the agent, ${String(inside)} inside a tool; ${String(recorded.length)} entries of ${String(distinct)} calls`,
  };
}

export function deniedNeverRan(entries: readonly AuditEntry[], runs: number): Proof {
  const refused = entries.filter(({ violation_type: type }) => type === 'tool_denied' || type === 'tool_not_allowed').length;
  return {
    claim: 'no denied tool ran',
    holds: runs === 0 && refused > 0,
    evidence: `${String(refused)} calls refused by name, ${String(runs)} bodies run`,
  };
}

/** What was sent is looked at twice: for the values that the agent wrote, and for anything else that looks like one. */
export function outboxIsClean(outbox: string, written: readonly unknown[]): Proof {
  const mails = readdirSync(outbox).map((name) => readFileSync(join(outbox, name), 'utf8'));
  const values = rawValues(JSON.stringify(written));
  const leaked = values.filter((value) => mails.some((mail) => mail.includes(value)));
  const left = mails.flatMap((mail) => new Redactor().detect(mail));
  return {
    claim: 'no mail holds PII or a key',
    holds: mails.length > 0 && values.length > 0 && leaked.length === 0 && left.length === 0,
    evidence: `${String(mails.length)} mails, ${String(values.length)} values in the drafts, ${String(leaked.length + left.length)} in the outbox`,
  };
}

export function trailIsClean(trail: string, sources: readonly string[]): Proof {
  const text = readFileSync(trail, 'utf8');
  const values = [...new Set(sources.flatMap(rawValues))];
  const leaked = values.filter((value) => text.includes(value));
  return {
    claim: 'the trail holds no raw value',
    holds: values.length > 0 && leaked.length === 0,
    evidence: `${String(values.length)} values in data and arguments, ${String(leaked.length)} in the trail`,
  };
}

function rawValues(text: string): readonly string[] {
  return new Redactor().detect(text).map(({ start, end }) => text.slice(start, end));
}
