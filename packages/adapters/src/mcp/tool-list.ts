import { canonicalToolName, Enforcer, type Policy } from '@enforcecore/core';
import type { LowLevelServer } from './low-level.js';
import type { McpOptions } from './mcp-options.js';
import { intercept } from './request-intercept.js';

/** Leaves out of a server's `tools/list` what the policy's tool lists refuse; `has` says for which tools it speaks. */
export function filterList(server: LowLevelServer, options: McpOptions, has: (name: string) => boolean = () => true): void {
  if (options.listed === 'all') return;
  const enforcer = new Enforcer(options.policy, options.container === undefined ? {} : { container: options.container });
  intercept(server, 'tools/list', (handler) => async (request, context) => {
    const answer = (await handler(request, context)) as { readonly tools?: unknown } | undefined; // whatever a handler gives; read with care
    if (!Array.isArray(answer?.tools)) return answer;
    const policy = policyOf(enforcer);
    return { ...answer, tools: answer.tools.filter((tool: unknown) => !has(nameOf(tool)) || isOffered(nameOf(tool), policy)) };
  });
}

function nameOf(tool: unknown): string {
  const { name } = (tool ?? {}) as { readonly name?: unknown }; // either is asked for
  return typeof name === 'string' ? name : '';
}

/** Without a policy every call is refused, and says why; the list does not tell clients of it. */
function policyOf(enforcer: Enforcer): Policy | undefined {
  try {
    return enforcer.policy;
  } catch {
    return undefined;
  }
}

function isOffered(name: string, policy: Policy | undefined): boolean {
  if (policy === undefined || policy.isMonitored) return policy !== undefined;
  try {
    return policy.judgeTool(canonicalToolName(name)).allowed;
  } catch {
    // A name that no call could have: it would be refused.
    return false;
  }
}
