import type { ESLint, Linter } from 'eslint';
import { enforcedTools } from './enforced-tools-rule.js';

export { enforcedTools, type EnforcedToolsOptions } from './enforced-tools-rule.js';

const plugin: ESLint.Plugin = { meta: { name: '@enforcecore/eslint-plugin' }, rules: { 'enforced-tools': enforcedTools } };

/** For flat config: `plugins: { enforcecore: { rules } }`. */
export const rules = { 'enforced-tools': enforcedTools } as const;

/** Flat configs; `recommended` reports with `error`. */
export const configs: { readonly recommended: Linter.Config } = {
  recommended: { name: 'enforcecore/recommended', plugins: { enforcecore: plugin }, rules: { 'enforcecore/enforced-tools': 'error' } },
};

// eslint-disable-next-line no-restricted-syntax -- ESLint's own convention for plugins: `import enforcecore from '@enforcecore/eslint-plugin'`
export default { ...plugin, configs };
