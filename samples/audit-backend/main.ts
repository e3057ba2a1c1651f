import { openStoreTrail, type AuditEntry } from '@enforcecore/audit';
import { openSqliteStore } from '@enforcecore/audit/sqlite';
import { Auditor, BackendAuditor, createContainer, DigestKey, enforce, Policy, verifyDigest, type EnforceContainer } from '@enforcecore/core';
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';

const path = '.demo/audit-backend/audit.db';
const auditDigestKey = 'keep me where the auditors are, and nobody else';

// #region bind
/** Checkpoints under a name of its own, and less patience with other writers than the settings allow for. */
function keepIn(container: EnforceContainer, database: string): void {
  const backend = openStoreTrail(openSqliteStore(database, { busyTimeoutMs: 2_000 }), { origin: 'payments.example/audit' });
  container.rebind(Auditor).toConstantValue(new BackendAuditor(backend)).onDeactivation(() => backend.close());
}
// #endregion bind

// #region digest
/** What an auditor asks who has the key and a suspicion: was the transfer of this entry that of this sum? */
function wasTransferOf(entry: AuditEntry, cents: number): boolean {
  return verifyDigest(entry.args_digest ?? '', [{ cents }], new DigestKey(auditDigestKey));
}
// #endregion digest

async function main(): Promise<void> {
  rmSync('.demo/audit-backend', { recursive: true, force: true });
  const container = createContainer({ policy: Policy.from({ name: 'payments', rules: {} }), settings: { auditPath: '.demo/audit-backend', auditDigestKey } });
  keepIn(container, path);
  const transfer = enforce((order: { readonly cents: number }) => `sent ${String(order.cents)}`, { container, tool: 'transfer' });
  console.log(transfer({ cents: 1_250 }));
  await container.close();

  const store = openSqliteStore(path, { readOnly: true });
  const { entries } = await store.query({ tool_name: 'transfer' });
  store.close();
  const entry = entries[0]?.entry;
  assert.ok(entry !== undefined, 'the entry is in the database');
  console.log('in the database:', entry.tool_name, entry.outcome, entry.args_digest);
  console.log('12.50 or 12.60?', wasTransferOf(entry, 1_250), wasTransferOf(entry, 1_260));
  assert.deepEqual([wasTransferOf(entry, 1_250), wasTransferOf(entry, 1_260)], [true, false]);
}

void main();
