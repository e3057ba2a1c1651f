import { verifyTrail } from '@enforcecore/audit';
import { Auditor, createContainer, enforce, Enforcer, Policy, TrailAuditor, withResults, type EnforceContainer } from '@enforcecore/core';
import { mustHold, type Bench, type Row } from '../row.js';
import { cleanText, piiText, rotate } from '../texts.js';

type Tool = (text: string) => Promise<string>;

/** The tool of all these rows: it does nothing, so that everything measured is not it. */
// eslint-disable-next-line @typescript-eslint/require-await -- waiting for something would be a part of what is measured
async function lookUp(text: string): Promise<string> {
  return text;
}

function lookUpSync(text: string): string {
  return text;
}

/** What the same call costs without enforcement. Async context tracking is on by then, as in any process that enforces. */
export const bareRow: Row = {
  name: 'bare_call',
  about: 'await the tool itself',
  batch: 100,
  prepare: async () => {
    const text = rotate(cleanText);
    // Switches tracking on also where only parts are measured, so that the ratios of two runs mean the same.
    await withResults(() => undefined);
    return { kind: 'async', run: (i) => lookUp(text(i)) };
  },
};

const limits = { rate_limits: { per_tool: { look_up: { max_calls: 1_000_000, window_seconds: 1 } }, global: { max_calls: 1_000_000, window_seconds: 1 } } };
const lists = { allowed_tools: ['search', 'look_up', 'read_file', 'send_mail', 'calendar.*'], denied_tools: ['execute_shell', 'delete_*'] };
const plain = { name: 'bench', rules: { ...lists, ...limits } };
const withPii = { name: 'bench-pii', rules: { ...lists, ...limits, pii_redaction: { enabled: true } } };

/** The whole walk, trail included. */
export const enforcerRows: readonly Row[] = [
  {
    name: 'enforcer_e2e',
    about: 'an enforced async call: name, snapshot, lists, 2 rate limits, intent, tool, entry; no scanning',
    batch: 1,
    target: { p50: 12, p99: 40, p999: 150 },
    prepare: (folder) => enforced(folder, plain, cleanText),
  },
  {
    name: 'enforcer_e2e_with_pii',
    about: 'the same, with argument and result scanned and three things hidden in the argument',
    batch: 1,
    target: { p50: 15, p99: 40, p999: 150 },
    prepare: (folder) => enforced(folder, withPii, piiText),
  },
];

/** Other ways to make the same call. */
export const extendedEnforcerRows: readonly Row[] = [
  {
    name: 'e2e_clean_scanned',
    about: 'enforcer_e2e_with_pii on text with nothing to hide',
    batch: 1,
    prepare: (folder) => enforced(folder, withPii, cleanText),
  },
  {
    name: 'e2e_deadline',
    about: 'enforcer_e2e with a limit of 30 s: one timer and one abort signal more',
    batch: 1,
    prepare: (folder) => enforced(folder, { ...plain, rules: { ...plain.rules, resource_limits: { max_call_duration_seconds: 30 } } }, cleanText),
  },
  {
    name: 'e2e_no_audit',
    about: 'enforcer_e2e with auditing switched off',
    batch: 1,
    prepare: (folder) => enforced(folder, plain, cleanText, false),
  },
  {
    name: 'e2e_enforcer_run',
    about: 'enforcer_e2e through Enforcer.run()',
    batch: 1,
    prepare: (folder) => {
      const container = containerIn(folder, plain);
      const enforcer = new Enforcer(undefined, { container });
      return bench(container, (text) => enforcer.run(lookUp, { tool: 'look_up', args: [text] }), cleanText);
    },
  },
  {
    name: 'sync_e2e',
    about: 'enforcer_e2e with a synchronous tool',
    batch: 1,
    prepare: (folder) => enforcedSync(folder, plain),
  },
  {
    name: 'sync_e2e_watchdog',
    about: 'the same with a limit of 30 s: the watchdog guards the thread',
    batch: 1,
    prepare: (folder) => enforcedSync(folder, { ...plain, rules: { ...plain.rules, resource_limits: { max_call_duration_seconds: 30 } } }),
  },
];

function containerIn(auditPath: string, policy: unknown, auditEnabled = true): EnforceContainer {
  return createContainer({ policy: Policy.from(policy), settings: { auditPath, auditEnabled }, environment: {} });
}

function enforced(folder: string, policy: unknown, make: (n: number) => string, audit = true): Promise<Bench> {
  const container = containerIn(folder, policy, audit);
  return bench(container, enforce(lookUp, { tool: 'look_up', container }), make, audit);
}

async function bench(container: EnforceContainer, tool: Tool, make: (n: number) => string, audit = true): Promise<Bench> {
  const text = rotate(make);
  const hides = (await tool(text(0))) !== text(0);
  mustHold(hides === (make === piiText), 'what is hidden is what should be');
  mustHold((container.house.lastResult?.auditEntryId !== undefined) === audit, 'the call was recorded');
  return { kind: 'async', run: (i) => tool(text(i)), close: () => closed(container, audit) };
}

function enforcedSync(folder: string, policy: unknown): Bench {
  const container = containerIn(folder, policy);
  const tool = enforce(lookUpSync, { tool: 'look_up', container });
  const text = rotate(cleanText);
  return { kind: 'sync', run: (i) => tool(text(i)), close: () => closed(container, true) };
}

/** What was measured must be a trail that can be believed. */
async function closed(container: EnforceContainer, audit: boolean): Promise<void> {
  const auditor = container.get(Auditor);
  await container.close();
  if (!audit || !(auditor instanceof TrailAuditor)) return;
  const { valid, errors } = await verifyTrail(auditor.path);
  mustHold(valid, `the trail of the measured calls verifies (${errors[0]?.message ?? ''})`);
}
