import type { ContainerModule } from 'inversify';
import type { EnforceContainer } from '../../container/enforce-container.js';
import { createContainer } from '../../house.js';
import { Policy } from '../../policy/policy.js';

/** A container of the child's own: without a trail, with nothing opened; no call is enforced in it. */
export function insideContainer(modules: readonly ContainerModule[] = []): EnforceContainer {
  return createContainer({
    policy: Policy.from({ name: 'inside a sandbox', rules: { allowed_tools: [] } }),
    settings: { auditEnabled: false },
    environment: {},
    modules,
  });
}
