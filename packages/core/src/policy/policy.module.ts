import type { DefaultBinding } from '../container/enforce-container.js';
import { PolicyEngine } from './engine-port.js';
import { YamlPolicyEngine } from './policy-engine.js';

export const policyModule: readonly DefaultBinding[] = [
  {
    token: PolicyEngine,
    madeFrom: [],
    bind: (bind) => bind(PolicyEngine).toResolvedValue(() => new YamlPolicyEngine()),
  },
];
