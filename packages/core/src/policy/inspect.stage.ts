import { types } from 'node:util';
import { ContentViolationError, EnforcementViolation } from '../errors.js';
import { jsonText } from '../pipeline/json-text.js';
import { intrinsic } from '../pipeline/intrinsics.js';
import type { RoomBuilder, Services } from '../pipeline/room-builder.js';
import type { ChunkFilter, Stage } from '../pipeline/stage.js';
import type { Walk } from '../pipeline/walk.js';
import { CallState } from './call-state.js';
import { observed } from './decide.stage.js';
import { ResultContent } from './result-content.js';
import type { RuleInfo } from './rules/call-check.js';
import { factsOf } from './rules/facts.js';
import type { Limit } from './rules/tool-rules.js';

/** Composed only where the policy looks at results, or watches without stopping anything. */
export const inspectRoom: RoomBuilder = (policy, services) =>
  policy.rules.inspects || (policy.mode === 'monitor' && policy.rules.limitsTime) ? new InspectStage(services) : undefined;

/** Looks at the cleaned result: its size, and what its texts read like. */
class InspectStage implements Stage {
  readonly room = 'inspect';
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  leave(walk: Walk): void {
    if (walk.isMonitored) noteTime(walk);
    const { outcome } = walk;
    if (outcome?.kind === 'ok') this.#checkValue(walk, outcome.value);
    else if (outcome?.kind === 'tool_error') this.#checkError(walk, outcome.error);
  }

  follow(walk: Walk, gives: 'items' | 'chunks'): ChunkFilter {
    const { maxOutput } = walk.policy.rulesFor(walk.tool);
    const content = this.#contentOf(walk);
    let bytes = 0;
    const measured = <T>(chunk: T): T => {
      if (maxOutput !== undefined) checkSize(walk, (bytes += sizeOf(chunk)), maxOutput);
      return chunk;
    };
    if (content === undefined) return { push: (chunk) => [measured(chunk)], end: () => [], last: measured };
    const filter = gives === 'chunks' ? content.chunks() : undefined;
    const all = (chunks: readonly unknown[] | Promise<readonly unknown[]>): readonly unknown[] | Promise<readonly unknown[]> =>
      chunks instanceof Promise ? chunks.then((given) => given.map(measured)) : chunks.map(measured);
    return {
      push: (chunk) => (filter === undefined ? [measured(content.clean(chunk))] : all(filter.push(chunk))),
      end: () => (filter === undefined ? [] : all(filter.end())),
      last: (value) => measured(content.clean(value)),
    };
  }

  #checkValue(walk: Walk, value: unknown): void {
    const { maxOutput } = walk.policy.rulesFor(walk.tool);
    const content = this.#contentOf(walk);
    const cleaned = content === undefined ? value : content.clean(value);
    if (cleaned !== value) walk.outcome = { kind: 'ok', value: cleaned };
    if (maxOutput !== undefined) checkSize(walk, sizeOf(cleaned), maxOutput);
  }

  #checkError(walk: Walk, error: unknown): void {
    const content = this.#contentOf(walk);
    if (content === undefined) return;
    const cleaned = content.cleanError(error);
    if (cleaned !== error) walk.outcome = { kind: 'tool_error', error: cleaned };
  }

  #contentOf(walk: Walk): ResultContent | undefined {
    const { results } = walk.policy.rulesFor(walk.tool);
    if (results.length === 0) return undefined;
    const state = new CallState(this.#services, walk.call.session);
    return new ResultContent(results, () => factsOf(walk.call, state), {
      broken: (rule, reason) => {
        refuse(walk, rule, 'content_violation', `in the result: ${reason}`);
      },
      hidden: (count) => {
        walk.redactionsOut += count;
        walk.count({ policy_rule: count });
      },
      monitors: walk.isMonitored,
    });
  }
}

/** What is too slow is not stopped while the policy only watches. */
function noteTime(walk: Walk): void {
  const { maxDurationMs } = walk.policy.rulesFor(walk.tool);
  if (maxDurationMs === undefined || walk.toolMs <= maxDurationMs) return;
  const reason = `it took longer than ${String(maxDurationMs)} ms`;
  walk.note([{ rule: 'rules.resource_limits.max_call_duration_seconds', type: 'resource_limit', reason, action: 'would_block' }]);
}

function checkSize(walk: Walk, bytes: number, { value: maxBytes, rule }: Limit): void {
  if (bytes <= maxBytes || walk.violations.some((violation) => violation.type === 'output_size')) return;
  const got = Number.isFinite(bytes) ? `of ${String(bytes)} bytes` : 'whose size cannot be told';
  refuse(walk, rule, 'output_size', `a result ${got} is over the limit of ${String(maxBytes)}`);
}

/** Notes what a result broke, and withholds the result unless the rule only logs. */
function refuse(walk: Walk, { id, at, action }: RuleInfo, type: 'content_violation' | 'output_size', reason: string): void {
  // Of a result that is too large nothing can be hidden.
  const done = type === 'output_size' && action === 'redact' ? 'block' : action;
  const violation = { rule: id, type, reason, action: done, ...(at === undefined ? {} : { at }) };
  walk.note([walk.isMonitored ? observed(violation) : violation]);
  if (walk.isMonitored || done !== 'block') return;
  const context = { toolName: walk.tool, policyName: walk.policy.name, reason };
  if (type === 'content_violation') throw new ContentViolationError(context);
  throw new EnforcementViolation('OUTPUT_SIZE', { ...context, violationType: type });
}

/** UTF-8 bytes. A value that is no JSON has no size that could be held against a limit, so it is over every limit. */
function sizeOf(value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (types.isTypedArray(value)) return intrinsic.typedArray.byteLength(value);
  const text = jsonText(value);
  if (text !== undefined) return Buffer.byteLength(text);
  return Number.POSITIVE_INFINITY;
}
