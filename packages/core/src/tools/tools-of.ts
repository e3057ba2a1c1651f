import { EnforceCoreError, SettingsError } from '../errors.js';
import { lineage } from '../sensitivity/class-labels.js';
import { bareOverride, declarationOf } from './declaration.js';
import { siteOf } from './enforced-site.js';
import type { EnforcedTool } from './enforced-tool.js';
import { toolOfSite } from './tool-of-site.js';

const known = new WeakMap<object, readonly EnforcedTool[]>();

/**
 * The tools of an instance: its own and inherited methods with `@Tool`, in the order in which they are written. Each call is
 * enforced by the container that made the instance, else by that of the scope.
 *
 * @throws EnforceCoreError `NOT_ENFORCED` for a tool without `@Enforce`; SettingsError where there is none, or two of one name.
 */
export function toolsOf(instance: object): readonly EnforcedTool[] {
  const cached = known.get(instance);
  if (cached !== undefined) return cached;
  const tools = Object.freeze(found(instance));
  if (tools.length === 0) throw new SettingsError(`${nameOf(instance)} has no tools; put @Tool({ description }) beside @Enforce on its methods, and ask the instance itself, not a proxy of it`);
  const names = new Set<string>();
  for (const { name } of tools) {
    if (names.has(name)) throw new SettingsError(`${nameOf(instance)} has two tools named "${name}"; give one of them @Enforce({ tool })`);
    names.add(name);
  }
  known.set(instance, tools);
  return tools;
}

function found(instance: object): readonly EnforcedTool[] {
  const nearest = new Map<string | symbol, unknown>();
  const tools: EnforcedTool[] = [];
  for (const level of lineage(instance)) {
    for (const key of Reflect.ownKeys(level)) {
      const value: unknown = Object.getOwnPropertyDescriptor(level, key)?.value;
      const declaration = declarationOf(value);
      const isHidden = nearest.has(key);
      if (isHidden && declaration !== undefined && declarationOf(nearest.get(key)) === undefined) refuse(instance, key, bareOverride);
      if (isHidden) continue;
      nearest.set(key, value);
      if (declaration === undefined) continue;
      const site = siteOf(value);
      if (site === undefined) refuse(instance, key, 'is a tool that nothing enforces; put @Enforce beside @Tool');
      tools.push(toolOfSite(site, declaration, instance));
    }
  }
  return tools;
}

function refuse(instance: object, key: string | symbol, why: string): never {
  throw new EnforceCoreError('NOT_ENFORCED', `${nameOf(instance)}.${String(key)} ${why}`, { toolName: String(key) });
}

function nameOf(instance: object): string {
  const name: unknown = typeof instance === 'function' ? instance.name : (instance.constructor as { readonly name?: unknown } | undefined)?.name;
  return typeof name === 'string' && name !== '' ? name : 'the object';
}
