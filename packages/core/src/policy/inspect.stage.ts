import { types } from 'node:util';
import { EnforcementViolation } from '../errors.js';
import { jsonText } from '../pipeline/digest.js';
import { intrinsic } from '../pipeline/intrinsics.js';
import type { RoomBuilder } from '../pipeline/room-builder.js';
import type { ChunkFilter, Stage } from '../pipeline/stage.js';
import type { Walk } from '../pipeline/walk.js';
import type { Policy } from './policy.js';

/** Composed only where the policy limits the result. */
export const inspectRoom: RoomBuilder = (policy) =>
  policy.maxOutputBytes === undefined ? undefined : new InspectStage(policy, policy.maxOutputBytes);

/** Measures the cleaned result: text and bytes as they are, anything else as JSON. */
class InspectStage implements Stage {
  readonly room = 'inspect';
  readonly #policy: Policy;
  readonly #maxBytes: number;

  constructor(policy: Policy, maxBytes: number) {
    this.#policy = policy;
    this.#maxBytes = maxBytes;
  }

  leave(walk: Walk): void {
    if (walk.outcome?.kind === 'ok') this.#check(walk, sizeOf(walk.outcome.value));
  }

  follow(walk: Walk): ChunkFilter {
    let bytes = 0;
    const add = (chunk: unknown): void => {
      bytes += sizeOf(chunk);
      this.#check(walk, bytes);
    };
    return {
      push: (chunk) => {
        add(chunk);
        return [chunk];
      },
      end: () => [],
      last: (value) => {
        add(value);
        return value;
      },
    };
  }

  #check(walk: Walk, bytes: number): void {
    if (bytes <= this.#maxBytes) return;
    const got = Number.isFinite(bytes) ? `of ${String(bytes)} bytes` : 'whose size cannot be told';
    const reason = `a result ${got} is over the limit of ${String(this.#maxBytes)}`;
    if (walk.violations.some((violation) => violation.type === 'output_size')) return;
    walk.note([{ rule: 'rules.max_output_size_bytes', type: 'output_size', reason }]);
    if (this.#policy.onViolation === 'log') return;
    throw new EnforcementViolation('OUTPUT_SIZE', {
      toolName: walk.tool,
      policyName: this.#policy.name,
      violationType: 'output_size',
      reason,
    });
  }
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
