import { keyedDigest } from '../audit/digest-keys.js';
import { CancelledError, EnforcementDepthError } from '../errors.js';
import { canonicalToolName } from '../policy/tool-name.js';
import { labelsForCall, type SiteLabel } from '../sensitivity/call-labels.js';
import { neverAborts, ReceivedCall, singleRecord } from './received-call.js';
import { checkedLabels, shortText } from './caller-words.js';
import type { RoomBuilder } from './room-builder.js';
import { takeSnapshot } from './snapshot.js';
import type { Stage } from './stage.js';
import type { Walk, Who } from './walk.js';

/** Enforced calls inside enforced calls: how deep. Calls side by side do not count. */
export const maxDepth = 10;

export const receiveRoom: RoomBuilder = () => receive;

const noLabels = Object.freeze({});
const noSensitivity: readonly SiteLabel[] = Object.freeze([]);
const notOpaque = (): boolean => false;

/** Turns a request into a call: a checked name, a frozen copy of the arguments, its place among the calls around it. */
const receive: Stage = {
  room: 'receive',
  enter(walk: Walk): void {
    const { request, parent } = walk;
    walk.tool = checkedName(request.tool, walk);
    const context = { toolName: walk.tool, policyName: walk.policy.name };
    if (walk.depth > maxDepth) {
      throw new EnforcementDepthError(
        `call to "${walk.tool}" is nested ${String(walk.depth)} deep; the limit is ${String(maxDepth)}`,
        context,
      );
    }
    walk.who = checkedWho(walk);
    walk.limitTime();
    linkSignals(walk);
    if (walk.abort?.signal.aborted === true) {
      throw new CancelledError(`call to "${walk.tool}" was cancelled before it ran`, {
        ...context,
        cause: walk.abort.signal.reason,
      });
    }
    const nameOf = (i: number): string => request.params?.[i] ?? `arg${String(i)}`;
    const args = takeSnapshot(request.args, nameOf, request.opaque ?? notOpaque);
    const single = singleRecord(args, request.params, request.opaque) !== undefined;
    walk.receive(
      new ReceivedCall({
        id: walk.id,
        tool: walk.tool,
        args,
        params: request.params,
        policyName: walk.policy.name,
        policyDigest: walk.policy.digest,
        parentId: parent?.id,
        depth: walk.depth,
        ...walk.who,
        sensitivity: labelsForCall(request.sensitivity ?? noSensitivity, args, (i) => request.params?.[i], single, request.opaque),
        opaque: request.opaque,
        labels: request.labels === undefined ? (parent?.labels ?? noLabels) : checkedLabels(request.labels),
        signal: walk.abort?.signal,
      }),
    );
  },
};

/** Names come from models. A bad one is written down by its digest: it may be anything, a secret or a megabyte. */
function checkedName(given: unknown, walk: Walk): string {
  const known = typeof given === 'string' ? canonicalNames.get(given) : undefined;
  if (known !== undefined) return known;
  walk.tool = unnamed(given, walk);
  const name = canonicalToolName(given as string); // refuses what is not a string
  if (canonicalNames.size >= 4_096) canonicalNames.clear();
  canonicalNames.set(given as string, name);
  return name;
}

/** Canonical names by given name: every call needs one, and the names of a process's tools are few. */
const canonicalNames = new Map<string, string>();

/** Names of tenants and agents often come from outside as well; one that is no short text costs the call, not its entry. */
function checkedWho({ request, who }: Walk): Who {
  return {
    tenant: shortText(request.tenant ?? who.tenant, 'tenant'),
    agent: shortText(request.agent ?? who.agent, 'agent'),
    session: shortText(request.session ?? who.session, 'session'),
  };
}

function unnamed(given: unknown, { house }: Walk): string {
  if (typeof given !== 'string') return `(invalid name: ${typeof given})`;
  const digest = keyedDigest(given, house.services);
  return `(invalid name: ${String(given.length)} characters${digest === undefined ? '' : `, ${digest}`})`;
}

/** The call ends with its caller's signal and with the call around it; with neither, and no deadline, nothing is made. */
function linkSignals(walk: Walk): void {
  const own = walk.request.signal;
  const around = walk.parent?.signal ?? neverAborts;
  if (walk.timeoutMs === undefined && own === undefined && around === neverAborts) return;
  const live = [own ?? neverAborts, around].filter((signal) => signal !== neverAborts);
  const abort = new AbortController();
  walk.abort = abort;
  const stops: (() => void)[] = [];
  for (const signal of live) {
    if (signal.aborted) {
      abort.abort(signal.reason);
      return;
    }
    const onAbort = (): void => {
      abort.abort(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    stops.push(() => {
      signal.removeEventListener('abort', onAbort);
    });
  }
  walk.unlink = () => {
    for (const stop of stops) stop();
  };
}
