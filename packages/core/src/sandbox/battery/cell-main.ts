import { renameSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatteryLevel } from './cell.js';
import { callsAt, type CellCalls } from './cell-calls.js';
import { reportedLength, type AttackOutcome, type CellReport, type CellSpec } from './cell-report.js';

/** The parent of attacks: a process that may be lost. What happens to it is judged from outside. */

void main();

async function main(): Promise<void> {
  const level = process.argv[2] as BatteryLevel; // written by AttackParent, as each line is
  let isTried = false;
  for await (const line of createInterface({ input: process.stdin })) {
    await serve(level, JSON.parse(line) as CellSpec, isTried);
    isTried = true;
  }
  process.exit(0);
}

async function serve(level: BatteryLevel, spec: CellSpec, isTried: boolean): Promise<void> {
  const report = (now: CellReport): void => {
    // At once or not at all: it is read at any moment.
    writeFileSync(`${spec.reportFile}.next`, JSON.stringify(now));
    renameSync(`${spec.reportFile}.next`, spec.reportFile);
  };
  let calls: CellCalls;
  try {
    calls = await callsAt(level, spec);
    if (!isTried) await calls.honest(1);
  } catch (error) {
    report({ phase: 'unready', unready: error instanceof Error ? error.message : 'an honest call failed' });
    return;
  }
  report({ phase: 'ready' });
  const { outcome, value } = await tried(calls, spec);
  const isPolluted = 'polluted' in {};
  mergeCarelessly({}, value);
  const isMergePolluted = 'polluted' in {};
  report({ phase: 'ended', outcome, isPolluted, isMergePolluted });
  const isNextRight = spec.isNextAsked && (await answersRight(calls));
  await calls.close();
  report({ phase: 'after', outcome, isPolluted, isMergePolluted, isNextRight });
}

async function tried(calls: CellCalls, { target }: CellSpec): Promise<{ readonly outcome: AttackOutcome; readonly value: unknown }> {
  try {
    const value = await calls.attack({ ...target, parentPid: process.pid });
    const json: unknown = typeof value === 'string' ? value : JSON.stringify(value);
    const text = typeof json === 'string' ? json : '';
    return { value, outcome: { kind: 'returned', error: '', message: '', text: text.slice(0, reportedLength), resultBytes: Buffer.byteLength(text) } };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'thrown', message: '' };
    return { value: undefined, outcome: { kind: 'threw', error: name, message: message.slice(0, 500), text: '', resultBytes: 0 } };
  }
}

async function answersRight(calls: CellCalls): Promise<boolean> {
  const asked = (async () => JSON.stringify([await calls.honest(41), await calls.honest(7)]) === '[{"next":42},{"next":8}]')();
  return Promise.race([asked.catch(() => false), sleep(15_000, false, { ref: false })]);
}

/** What programs do with results that they trust. */
function mergeCarelessly(into: Record<string, unknown>, from: unknown, depth = 0): void {
  if (typeof from !== 'object' || from === null || depth > 5) return;
  for (const [key, value] of Object.entries(from)) {
    if (typeof value !== 'object' || value === null) {
      into[key] = value;
      continue;
    }
    const there = into[key];
    if (typeof there !== 'object' && typeof there !== 'function') into[key] = {};
    // That is the mistake: what stands there may be a prototype.
    mergeCarelessly(into[key] as Record<string, unknown>, value, depth + 1);
  }
}
