import type { AuditEntry } from '@enforcecore/audit';
import type { EnforcementResult } from '@enforcecore/core';
import type { Dispatched } from './dispatcher.js';
import { textOf } from './expectation.js';
import type { Paint } from './paint.js';
import { Table, type Cell } from './table.js';
import type { TranscriptCall } from './transcript.js';

export function callTable(paint: Paint): Table {
  const columns = [
    { title: '#', width: 2, right: true },
    { title: 'call', width: 33 },
    { title: 'decision', width: 8 },
    { title: 'why', width: 33 },
    { title: 'in/out', width: 6, right: true },
    { title: 'overhead', width: 8, right: true },
  ];
  return new Table(columns, paint);
}

export function cellsOf(number: number, call: TranscriptCall, dispatched: Dispatched, paint: Paint): readonly Cell[] {
  const { result } = dispatched;
  return [
    { text: String(number) },
    { text: visible(call.tool), note: call.note },
    decisionCell(result.decision, paint),
    { text: whyOf(dispatched) },
    { text: `${String(result.redactionsInput)}/${String(result.redactionsOutput)}` },
    { text: duration(result.overheadMs) },
  ];
}

/** A call made inside a tool: what the trail says about it. */
export function cellsOfNested(entry: AuditEntry, paint: Paint): readonly Cell[] {
  const { tool_name, decision, redactions, violation_reason, input_redactions, output_redactions, overhead_ms } = entry;
  return [
    { text: '' },
    { text: `└ ${visible(tool_name ?? '')}` },
    decisionCell(decision ?? 'blocked', paint),
    { text: violation_reason ?? found(redactions) },
    { text: `${String(input_redactions)}/${String(output_redactions)}` },
    { text: duration(overhead_ms) },
  ];
}

function decisionCell(decision: EnforcementResult['decision'], paint: Paint): Cell {
  const tint = { allowed: paint.good, redacted: paint.hint, blocked: paint.bad }[decision];
  return { text: decision, tint };
}

function whyOf({ result, seen }: Dispatched): string {
  switch (result.outcome) {
    case 'ok':
      return found(result.redactions);
    case 'tool_error':
      return `the tool threw: ${textOf(seen)}`;
    case 'timeout_killed':
      return `${result.violationReason ?? ''}, and was stopped`;
    case 'timeout_unknown':
      return `${result.violationReason ?? ''}, and is not waited for`;
    case 'blocked':
    case 'cancelled':
    case 'enforcement_error':
      return result.violationReason ?? textOf(seen);
  }
}

function found(redactions: Readonly<Record<string, number>>): string {
  const parts = Object.entries(redactions).map(([category, n]) => `${String(n)} ${category.replaceAll('_', ' ')}`);
  return parts.length === 0 ? 'no objection, nothing to hide' : `hidden: ${parts.join(', ')}`;
}

function duration(ms: number): string {
  return ms < 1 ? `${String(Math.round(ms * 1_000))} µs` : `${ms.toFixed(1)} ms`;
}

/** Names come from a model: what does not look like what it is, is spelled out. */
function visible(name: string): string {
  return name.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
