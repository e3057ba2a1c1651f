import type { Frame, FrameWalk } from '../../call.js';
import { installEgressGuard } from '../../egress/egress-guard.js';
import { Policy } from '../../policy/policy.js';
import type { Violation } from '../../policy/verdict.js';
import type { NetworkFacts } from '../protocol.js';
import { insideContainer } from './inside-container.js';
import { NoSuchTool } from './no-such-tool.js';

/** The network rules of the parent's policy, held by the guard that holds them inside a process too. */
export type HeldNetwork = (note: (violations: readonly Violation[]) => void) => Pick<Frame, 'egress' | 'walk'>;

/** @throws NoSuchTool when the rules cannot be held: the tool is not run without them. */
export function holdNetwork({ policy: document, tool }: NetworkFacts): HeldNetwork {
  const policy = Policy.from(document);
  const { egress } = policy.rulesFor(tool);
  if (egress === undefined) throw new NoSuchTool('the rules of the network did not arrive in the sandbox');
  installEgressGuard();
  const { house } = insideContainer();
  return (note) => {
    const walk: FrameWalk = { house, reservation: undefined, costMicros: 0, ended: false, timeoutMs: undefined, recorded: false, isMonitored: policy.isMonitored, note };
    return { egress, walk };
  };
}
