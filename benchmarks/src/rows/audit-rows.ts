import { openTrail, verifyTrail, type CallDraft, type Intent } from '@enforcecore/audit';
import { join } from 'node:path';
import { mustHold, type Bench, type Row } from '../row.js';
import { rotate } from '../texts.js';

/** Writing and verifying a real file. */
export const auditRows: readonly Row[] = [
  {
    name: 'audit_record',
    about: 'append() one complete entry: template, hash, one write to the file',
    batch: 1,
    target: { p50: 9 },
    prepare: (folder) => appends(folder, false),
  },
  {
    name: 'audit_verify_100',
    about: 'verifyTrail() on a file of 100 entries: open, read, parse, hash, check every link',
    batch: 1,
    target: { p50: 400 },
    prepare: verification,
  },
];

/** What a call costs in the trail, all told. */
export const intentAndRecordRow: Row = {
  name: 'audit_intent_and_record',
  about: 'begin() and append(): two writes, as in every enforced call',
  batch: 1,
  prepare: (folder) => appends(folder, true),
};

function appends(folder: string, withIntent: boolean): Bench {
  const trail = openTrail(join(folder, 'trail.jsonl'));
  const draft = rotate(draftOf);
  return {
    kind: 'sync',
    run: (i) => {
      const entry = draft(i);
      if (withIntent) trail.begin(intentOf(entry));
      return trail.append(entry);
    },
    close: () => trail.close(),
  };
}

/** 16 trails, so that no file is verified twice in a row. */
async function verification(folder: string): Promise<Bench> {
  const path = rotate((n) => join(folder, `trail-${String(n)}.jsonl`));
  for (let i = 0; i < 16; i += 1) {
    await writeTrail(path(i));
    const { valid, entries } = await verifyTrail(path(i));
    mustHold(valid && entries === 100, 'every trail has 100 valid entries');
  }
  return { kind: 'async', run: (i) => verifyTrail(path(i)) };
}

async function writeTrail(path: string): Promise<void> {
  const trail = openTrail(path);
  for (let i = 0; i < 100; i += 1) trail.append(draftOf(10 + (i & 15)));
  await trail.close();
}

export function draftOf(n: number): CallDraft {
  const hex = n.toString(16).padStart(2, '0');
  return {
    call_id: `3f1c9a52-7f0e-4f6b-9d35-0a3be0c0f1${hex}`,
    tool_name: `crm.search_${String(n)}`,
    policy_name: 'support-desk',
    policy_version: '1.0',
    policy_digest: `sha256:${hex.repeat(32)}`,
    tenant_id: 'acme',
    agent: 'assistant',
    session: null,
    parent_call_id: null,
    depth: 1,
    decision: 'redacted',
    outcome: 'ok',
    overhead_ms: 0.01 * n,
    call_duration_ms: 1.25 * n,
    input_redactions: 2,
    output_redactions: 1,
    redactions: { email: 2, phone: 1 },
    args_digest: `sha256:${hex.repeat(32)}`,
    result_digest: `sha256:${hex.repeat(32)}`,
    cost_micro_usd: 100,
  };
}

export function intentOf({ call_id, tool_name, policy_name, policy_version, policy_digest, args_digest, depth }: CallDraft): Intent {
  return { call_id, tool_name, policy_name, policy_version, policy_digest, args_digest, depth };
}
