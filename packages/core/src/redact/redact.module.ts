import type { DefaultBinding } from '../container/enforce-container.js';
import { Redactor } from './redactor.js';
import { RulesRedactor } from './rules-redactor.js';

export const redactModule: readonly DefaultBinding[] = [
  { token: Redactor, madeFrom: [], bind: (bind) => bind(Redactor).toResolvedValue(() => new RulesRedactor()) },
];
