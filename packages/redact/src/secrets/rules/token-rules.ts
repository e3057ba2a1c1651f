import { aiTokens } from './ai.js';
import { cloudTokens } from './clouds.js';
import { codeTokens } from './code-hosting.js';
import { messagingTokens } from './messaging.js';
import { monitoringTokens } from './monitoring.js';
import { paymentTokens } from './payment.js';
import type { TokenRule } from './token-rule.js';

/** Every format that is known by how it begins. The longest literal that fits is tried first. */
export const tokenRules: readonly TokenRule[] = [...cloudTokens, ...codeTokens, ...aiTokens, ...paymentTokens, ...messagingTokens, ...monitoringTokens].sort(
  (a, b) => b.literal.length - a.literal.length,
);
