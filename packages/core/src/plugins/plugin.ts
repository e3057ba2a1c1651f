import type { EntryDraft } from '@enforcecore/audit';
import type { RedactorPlugin } from '@enforcecore/redact';
import type { Call } from '../call.js';
import { token } from '../container/token.js';

/** What a guard says of a call. The reason stands in the error and in the trail: no argument belongs into it. */
export interface GuardResult {
  readonly allowed: boolean;
  readonly reason?: string | undefined;
}

/**
 * Judges calls before the policy does, after pre-call hooks. What it refuses, an error, an answer that is none, and silence
 * for longer than `hookTimeoutMs` block the call; no guard can allow what the policy denies. Bind to add one.
 */
export interface GuardPlugin {
  /** Named in errors; `guard` without one. */
  readonly name?: string | undefined;
  check(call: Call): GuardResult | PromiseLike<GuardResult>;
}

export const GuardPlugin = token<GuardPlugin>('GuardPlugin');

/** An entry as it stands in the trail, and the id that it has there. */
export type BackedEntry = EntryDraft & { readonly entry_id: string };

/**
 * A second place for the trail's entries. Each is handed over after it is in the trail and before the result of its call is
 * released; what is not taken withholds the result. Bind to add one.
 */
export interface AuditBackendPlugin {
  /** Named in errors; `audit backend` without one. */
  readonly name?: string | undefined;
  /** Takes an entry. A promise is waited for, so before a synchronous tool it blocks: to serve those, take it at once and write it in `flush`. */
  record(entry: BackedEntry): unknown;
  /** Writes out what is held back; called when a container closes, and more than once where containers share the plugin. */
  flush(): unknown;
}

export const AuditBackendPlugin = token<AuditBackendPlugin>('AuditBackendPlugin');

/** The version of this contract, which a plugin names as `api`. */
export const pluginApi = '1';

export const pluginKinds = ['guard', 'redactor', 'audit_backend'] as const;
export type PluginKind = (typeof pluginKinds)[number];

/** A plugin that was loaded, ready to be run. */
export type LoadedPlugin =
  | { readonly kind: 'guard'; readonly plugin: GuardPlugin }
  | { readonly kind: 'redactor'; readonly plugin: RedactorPlugin }
  | { readonly kind: 'audit_backend'; readonly plugin: AuditBackendPlugin };

/** What a package.json says of a plugin. */
export interface PluginManifest {
  /** `package/name`: what is written into the setting `plugins`. */
  readonly id: string;
  readonly name: string;
  /** Of the package. */
  readonly version: string;
  readonly kind: PluginKind;
  readonly package: string;
  readonly description: string;
  /** The file in the package, as written: `./guard.js`. */
  readonly module: string;
  readonly export: string;
  readonly api: string;
  /** The package's folder. */
  readonly folder: string;
}

/** Facts of a plugin, and what was made of it. */
export interface PluginInfo extends PluginManifest {
  readonly isAllowed: boolean;
  readonly isLoaded: boolean;
}

/** A package, or one plugin in it, that cannot be used. */
export interface PluginProblem {
  /** The package.json, or the folder. */
  readonly path: string;
  readonly reason: string;
}

/** A line of the allow-list that cannot be loaded. */
export interface PluginRefusal {
  /** As it is written in the setting. */
  readonly line: string;
  readonly id: string;
  readonly reason: string;
}
