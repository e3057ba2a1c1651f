import type { Call } from '../call.js';
import type { Guard, ReservationRequest } from '../guard/guard.js';
import { Policy } from '../policy/policy.js';
import type { DecisionState } from '../policy/verdict.js';
import type { PolicyEngine } from '../policy/engine-port.js';
import type { Redactor } from '../redact/redactor.js';
import type { Auditor } from '../audit/auditor.js';
import { must, type Law } from './law.js';

const policy = Policy.from({ name: 'laws', rules: { allowed_tools: ['allowed'] } });

/** A call as services see it, for tests of services by themselves. */
export function sampleCall(tool = 'allowed', args: readonly unknown[] = []): Call {
  return Object.freeze({
    id: '00000000-0000-4000-8000-000000000000',
    tool,
    args: Object.freeze([...args]),
    input: Object.freeze({}),
    policyName: policy.name,
    policyDigest: policy.digest,
    parentId: undefined,
    depth: 1,
    tenant: undefined,
    agent: undefined,
    session: undefined,
    labels: Object.freeze({}),
    sensitivity: [],
    signal: new AbortController().signal,
  });
}

const idle: DecisionState = Object.freeze({ nowMs: 0, environment: undefined, env: {}, session: { id: undefined } });

/** What the pipeline expects of a PolicyEngine. */
export function engineLaws(make: () => PolicyEngine): readonly Law[] {
  const ask = (engine: PolicyEngine, tool: string): unknown => engine.decide(sampleCall(tool), policy, idle);
  return [
    {
      title: 'gives a verdict at once, not a promise',
      check: () => {
        const verdict = ask(make(), 'allowed') as { decision?: unknown; violations?: unknown };
        must(verdict.decision === 'allowed' || verdict.decision === 'blocked', 'no decision');
        must(Array.isArray(verdict.violations), 'no list of violations');
      },
    },
    {
      title: 'decides the same call the same way every time',
      check: () => {
        const engine = make();
        for (const tool of ['allowed', 'other', 'constructor', '__proto__']) {
          must(JSON.stringify(ask(engine, tool)) === JSON.stringify(ask(engine, tool)), `two answers for ${tool}`);
        }
      },
    },
    {
      title: 'says why it blocks',
      check: () => {
        const verdict = make().decide(sampleCall('not-a-known-tool'), policy, idle);
        must(verdict.decision === 'allowed' || (verdict.violations[0]?.reason ?? '') !== '', 'blocked without a reason');
      },
    },
  ];
}

/** What the pipeline expects of a Guard. */
export function guardLaws(make: () => Guard): readonly Law[] {
  const request: ReservationRequest = { call: sampleCall(), policy, costMicros: 0, budgetMicros: undefined, now: 0, canWait: true };
  return [
    {
      title: 'gives a reservation that can be committed',
      check: async () => {
        (await make().reserve(request)).commit();
      },
    },
    {
      title: 'gives a reservation that can be released',
      check: async () => {
        (await make().reserve(request)).release();
      },
    },
  ];
}

/** What the pipeline expects of a Redactor. */
export function redactorLaws(make: () => Redactor): readonly Law[] {
  const rules = Policy.from({ name: 'laws', rules: { pii_redaction: {} } }).redaction;
  if (rules === undefined) throw new Error('the laws need a policy that redacts');
  return [
    {
      title: 'leaves text without findings as it is',
      check: () => {
        const { text, findings } = make().redact('nothing to see here', rules);
        must(text === 'nothing to see here' && findings.length === 0, 'clean text was changed');
      },
    },
    {
      title: 'changes nothing in text that it has redacted already',
      check: () => {
        const once = make().redact('mail ann@corp.io or call +1 555 234 5678', rules).text;
        must(make().redact(once, rules).text === once, 'the second pass changed the text again');
      },
    },
  ];
}

/** What the pipeline expects of an Auditor. */
export function auditorLaws(make: () => Auditor): readonly Law[] {
  return [
    {
      title: 'takes an intent and then its entry, and names the entry',
      check: async () => {
        const auditor = make();
        await auditor.begin({ call_id: 'law-1', tool_name: 'allowed' });
        const receipt = await auditor.record({ call_id: 'law-1', tool_name: 'allowed', decision: 'allowed', outcome: 'ok' });
        must(receipt.entryId !== '', 'an entry without a name');
      },
    },
    {
      title: 'takes entries of calls that never began, and gives each a name of its own, whether or not its caller can wait',
      check: async () => {
        const auditor = make();
        const names = new Set<string>();
        for (const canWait of [true, false]) {
          const entry = { call_id: `law-${String(canWait)}`, tool_name: 'allowed', decision: 'blocked', outcome: 'blocked' } as const;
          names.add((await auditor.record(entry, canWait)).entryId);
        }
        must(names.size === 2, 'two entries under one name');
      },
    },
    {
      title: 'takes the note of a gap',
      check: async () => {
        const receipt = await make().record({ kind: 'gap', detail: '1 call went unrecorded' }, true);
        must(receipt.entryId !== '', 'a note without a name');
      },
    },
  ];
}
