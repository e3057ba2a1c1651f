import { EnforceCoreError } from '../errors.js';
import type { Redactor } from '../redact/redactor.js';
import { RulesRedactor } from '../redact/rules-redactor.js';
import type { Settings } from '../settings/settings.js';
import type { PluginManager } from './plugin-manager.js';

/** What a container has, as far as it decides whether plugins run. */
export interface PluginHost {
  readonly settings: Settings;
  readonly manager: PluginManager | undefined;
  /** What is bound as guard, redactor plugin and audit backend now. */
  readonly bound: Readonly<Record<'guards' | 'redactors' | 'auditBackends', readonly object[]>>;
  /** Made only where a plugin redacts. */
  readonly redactor: () => Redactor;
}

/**
 * Holds settings against what was loaded, and what was loaded against what is bound: a plugin that the settings name and
 * nobody runs would be no protection, and one that runs without being named was never allowed.
 *
 * @throws EnforceCoreError `PLUGIN`
 */
export function refuseUnloaded({ settings: { plugins = [], auditEnabled }, manager, bound, redactor }: PluginHost): void {
  const loaded = manager?.loaded ?? [];
  const missing = plugins.find((spec) => !loaded.includes(spec));
  if (missing !== undefined) {
    throw new EnforceCoreError('PLUGIN', `the setting plugins names "${missing}", which was not loaded; load it first: createContainer({ plugins: await loadPlugins() }), and setDefaultContainer() for code without a container of its own`);
  }
  const extra = loaded.find((spec) => !plugins.includes(spec));
  if (extra !== undefined) {
    throw new EnforceCoreError('PLUGIN', `the plugin "${extra}" was loaded, and the settings of this container do not name it; give both the same setting plugins`);
  }
  if (!auditEnabled && bound.auditBackends.length > 0) {
    throw new EnforceCoreError('PLUGIN', 'an audit backend is bound, and auditEnabled is false, so that it would get nothing; leave one of them out');
  }
  if (manager === undefined) return;
  for (const kind of ['guards', 'redactors', 'auditBackends'] as const) refuseUnbound(manager[kind], bound[kind]);
  if (manager.redactors.length > 0 && !(redactor() instanceof RulesRedactor)) {
    throw new EnforceCoreError('PLUGIN', 'the setting plugins names a redactor, which the house\'s own Redactor runs, and another Redactor is bound in its place; extend RulesRedactor, or leave the plugin out');
  }
}

/** A `rebind` of the token, meant to add one, takes out those that are there. */
function refuseUnbound(loaded: readonly (object & { readonly name?: string | undefined })[], bound: readonly object[]): void {
  const lacking = loaded.find((plugin) => !bound.includes(plugin));
  if (lacking === undefined) return;
  throw new EnforceCoreError('PLUGIN', `the plugin "${lacking.name ?? ''}" was loaded and is not bound any more, so it would not run: add a guard, redactor or backend of your own with bind() and not with rebind(), or take the plugin out of the setting plugins`);
}
