import { partRows } from './extended/part-rows.js';
import { policyEngineRows } from './extended/policy-engine-rows.js';
import type { Row } from './row.js';
import { auditRows, intentAndRecordRow } from './rows/audit-rows.js';
import { egressRows } from './rows/egress-rows.js';
import { enforcerRows, extendedEnforcerRows } from './rows/enforcer-rows.js';
import { guardRows } from './rows/guard-rows.js';
import { coldAllowlistRow, policyRows } from './rows/policy-rows.js';
import { extendedRedactionRows, redactionRows } from './rows/redaction-rows.js';
import { sandboxRows } from './rows/sandbox-rows.js';

/** The fifteen rows of the reference's benchmark, under its names and in its order. */
const names = [
  'policy_pre_call',
  'policy_post_call',
  'pii_redaction',
  'pii_clean_text',
  'pii_long_text',
  'audit_record',
  'audit_verify_100',
  'guard_overhead',
  'rate_limiter',
  'secret_detection',
  'policy_allowlist_100',
  'policy_allowlist_1000',
  'policy_allowlist_10000',
  'enforcer_e2e',
  'enforcer_e2e_with_pii',
] as const;

export const standardRows: readonly Row[] = inOrder([...policyRows, ...redactionRows, ...auditRows, ...guardRows, ...enforcerRows]);

export const extendedRows: readonly Row[] = [
  ...extendedEnforcerRows,
  ...egressRows,
  ...partRows,
  intentAndRecordRow,
  coldAllowlistRow,
  ...policyEngineRows,
  ...extendedRedactionRows,
  ...sandboxRows,
];

function inOrder(rows: readonly Row[]): readonly Row[] {
  return names.map((name) => {
    const row = rows.find((candidate) => candidate.name === name);
    if (row === undefined) throw new Error(`no row is called ${name}`);
    return row;
  });
}
