import { readTrail } from '@enforcecore/audit';
import { existsSync } from 'node:fs';
import { callTable, cellsOf, cellsOfNested } from './call-row.js';
import type { Dispatched, Dispatcher } from './dispatcher.js';
import { differences } from './expectation.js';
import type { Paint } from './paint.js';
import { argumentsOf, type TranscriptCall } from './transcript.js';

export interface AgentRun {
  readonly calls: readonly Dispatched[];
  /** What did not end as the transcript says. */
  readonly surprises: readonly string[];
}

/** Makes the calls of a transcript, prints each with what came of it, and holds it against what was expected. */
export async function runAgent(
  groups: readonly (readonly TranscriptCall[])[],
  dispatcher: Dispatcher,
  trail: string,
  paint: Paint,
): Promise<AgentRun> {
  const table = callTable(paint);
  const calls: Dispatched[] = [];
  const surprises: string[] = [];
  console.log(table.head());
  for (const group of groups) {
    const ended = await Promise.all(group.map(async (call) => ({ call, dispatched: await dispatcher.call(call.tool, argumentsOf(call)) })));
    const entries = existsSync(trail) ? readTrail(trail) : [];
    for (const { call, dispatched } of ended) {
      const nested = entries.filter(({ parent_call_id }) => parent_call_id === dispatched.result.callId);
      calls.push(dispatched);
      console.log(table.row(cellsOf(calls.length, call, dispatched, paint)));
      for (const entry of nested) console.log(table.row(cellsOfNested(entry, paint)));
      for (const difference of differences(call.expect, dispatched, nested)) {
        surprises.push(`call ${String(calls.length)}, ${call.note}: ${difference}`);
        console.log(paint.bad(`    NOT AS EXPECTED: ${difference}`));
      }
    }
  }
  return { calls, surprises };
}
