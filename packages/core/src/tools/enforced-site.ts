import type { Caller } from '../call.js';
import type { FunctionKind } from '../pipeline/function-kind.js';
import type { ToolInput } from './tool-input.js';

/** What lies behind an enforced function: for tools, which are called by what they are and not by how they are written. */
export interface EnforcedSite {
  /** As `@Enforce` names it, or the method's key. */
  readonly tool: string;
  readonly kind: FunctionKind;
  /** Arguments handed over unchecked. */
  readonly hasOpaque: boolean;
  /** An enforced call that may wait for whatever has to be waited for. */
  call(self: unknown, args: readonly unknown[], caller: Caller | undefined): unknown;
  /** From now on the only argument is read by this. */
  takes(input: ToolInput): void;
}

const sites = new WeakMap<object, EnforcedSite>();

export function noteSite(wrapper: object, site: EnforcedSite): void {
  sites.set(wrapper, site);
}

export function siteOf(value: unknown): EnforcedSite | undefined {
  return typeof value === 'function' ? sites.get(value) : undefined;
}
