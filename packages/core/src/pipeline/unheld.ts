import { invalidPolicy, issueAt } from '../policy/policy-fault.js';
import type { PolicyValidationError } from '../errors.js';
import type { Policy } from '../policy/policy.js';

/** Something that a policy asks for and a service of this container cannot hold. */
export interface Unheld {
  /** Where the policy asks for it: the keys on the way there. */
  readonly keys: readonly string[];
  readonly message: string;
  /** What would be right. */
  readonly expected: string;
}

/** A service that can say beforehand what it will not be able to hold; the policy is then refused before any call. */
export interface Admits {
  unheld?(policy: Policy): readonly Unheld[];
}

/** Nothing where every service can hold what the policy asks for. */
export function refusalOf(policy: Policy, services: readonly Admits[]): PolicyValidationError | undefined {
  const found = services.flatMap((service) => service.unheld?.(policy) ?? []);
  if (found.length === 0) return undefined;
  const issues = found.map(({ keys, message, expected }) => issueAt(policy.placeOf(keys), { message, expected }));
  return invalidPolicy(policy.source ?? policy.name, issues);
}
