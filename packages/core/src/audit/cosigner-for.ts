import { parseVerifierKey, type Signer } from '@enforcecore/audit';
import { isSatisfied, parseWitnessPolicy, WitnessCosigner } from '@enforcecore/audit/witness';
import { readFileSync } from 'node:fs';
import { AuditError } from '../errors.js';

/**
 * What asks the witnesses that a policy file names.
 *
 * @throws AuditError where the policy can never be satisfied by this log: calls would go on, and nothing be witnessed.
 */
export function cosignerFor(path: string, signer: Signer | undefined, onWarning: (message: string) => void): WitnessCosigner {
  const policy = parseWitnessPolicy(readFileSync(path, 'utf8'));
  const asked = policy.witnesses.filter(({ url }) => url !== null).map(({ key }) => ({ key, time: null }));
  const own = signer === undefined ? [] : [{ key: parseVerifierKey(signer.verifierKey), time: null }];
  if (!isSatisfied(policy, { verified: [...own, ...asked] })) {
    const expected = `expected addresses of enough witnesses and, if it names logs, ${signer?.verifierKey ?? "this log's key"} among them`;
    throw new AuditError(`the policy of auditWitnessPolicy, ${path}, can never be satisfied: ${expected}: correct it`);
  }
  return new WitnessCosigner({
    policy,
    onFailure: ({ error }) => {
      onWarning(error.message);
    },
  });
}
