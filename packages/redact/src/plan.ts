import { piiPlan, type PiiPlan } from './pii/pii-plan.js';
import { secretPlan, type SecretPlan } from './secrets/secret-plan.js';

/** What one scan looks for, decided once per redactor. */
export type Plan = PiiPlan & SecretPlan;

export function makePlan(pii: ReadonlySet<string>, secrets: ReadonlySet<string>): Plan {
  return { ...piiPlan(pii), ...secretPlan(secrets) };
}
