import type { KeywordRule } from './keyword-rule.js';
import { appKeywords } from './keywords-apps.js';
import { serviceKeywords } from './keywords-services.js';

/** Every issuer that is known by the name before the value. */
export const keywordRules: readonly KeywordRule[] = [...serviceKeywords, ...appKeywords];
