import { createContainer, enforce, Policy } from '@enforcecore/core';
import { mustHold, type Bench, type Row } from '../row.js';
import { rotate } from '../texts.js';

/** What moving a tool costs: the whole pipeline, with a warm child. */
export const sandboxRows: readonly Row[] = [
  {
    name: 'sandbox_worker_roundtrip',
    about: 'one enforced call of a tool in a warm worker: arguments across, result back; no audit',
    batch: 1,
    target: { p50: 40 },
    prepare: roundTrip,
  },
];

/** The tool: also what the worker loads from this file. */
export async function echo(given: unknown): Promise<unknown> {
  return Promise.resolve(given);
}

async function roundTrip(): Promise<Bench> {
  const policy = Policy.from({ name: 'bench', rules: { sandbox: { strategy: 'worker' } } });
  const container = createContainer({ policy, environment: {}, settings: { auditEnabled: false } });
  const moved = enforce(echo, { container, sandbox: { level: 'worker', module: import.meta.url } });
  const given = rotate((n) => ({ text: `a short text, number ${String(n)}`, n }));
  mustHold(JSON.stringify(await moved(given(1))) === JSON.stringify(given(1)), 'the tool gives back what it was given');
  return { kind: 'async', run: (i) => moved(given(i)), close: () => container.close() };
}
