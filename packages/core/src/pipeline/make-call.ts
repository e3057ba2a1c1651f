import { randomUUID } from 'node:crypto';
import type { Call, FieldLabel } from '../call.js';
import type { Policy } from '../policy/policy.js';
import { canonicalToolName } from '../policy/tool-name.js';
import { checkedLabels, shortText } from './caller-words.js';
import { ReceivedCall } from './received-call.js';
import { takeSnapshot } from './snapshot.js';

export interface CallDescription {
  readonly tool: string;
  /** Positional arguments; none by default. */
  readonly args?: readonly unknown[];
  /** Their names. */
  readonly params?: readonly string[];
  readonly agent?: string;
  readonly tenant?: string;
  readonly session?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly sensitivity?: readonly FieldLabel[];
}

/**
 * A call as the rules would see it, for asking an engine about calls that nobody makes.
 *
 * @throws HardeningError for a name or arguments that the pipeline would refuse.
 */
export function makeCall(policy: Pick<Policy, 'name' | 'digest'>, description: CallDescription): Call {
  const { args = [], params, agent, tenant, session, labels = {}, sensitivity = [] } = description;
  return new ReceivedCall({
    id: randomUUID(),
    tool: canonicalToolName(description.tool),
    args: takeSnapshot(args, (i) => params?.[i] ?? `arg${String(i)}`, () => false),
    params,
    policyName: policy.name,
    policyDigest: policy.digest,
    parentId: undefined,
    depth: 1,
    agent: shortText(agent, 'agent'),
    tenant: shortText(tenant, 'tenant'),
    session: shortText(session, 'session'),
    labels: checkedLabels(labels),
    sensitivity: Object.freeze([...sensitivity]),
    opaque: undefined,
    abort: undefined,
  });
}
