import { types } from 'node:util';
import { keyedDigest } from '../audit/digest-keys.js';
import { EnforcementDepthError } from '../errors.js';
import { canonicalToolName } from '../policy/tool-name.js';
import { labelsForCall, type SiteLabel } from '../sensitivity/call-labels.js';
import { abortedError } from './aborted.js';
import { CallAbort } from './call-abort.js';
import { readArguments, refuseToRead } from './read-arguments.js';
import { neverAborts, ReceivedCall, singleRecord } from './received-call.js';
import { checkedLabels, checkedToolCallId, shortText } from './caller-words.js';
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
  enter(walk: Walk, canWait: boolean): void | Promise<void> {
    const { request } = walk;
    walk.tool = checkedName(request.tool, walk);
    if (walk.depth > maxDepth) {
      throw new EnforcementDepthError(`call to "${walk.tool}" is nested ${String(walk.depth)} deep; the limit is ${String(maxDepth)}`, {
        toolName: walk.tool,
        policyName: walk.policy.name,
      });
    }
    walk.who = checkedWho(walk);
    walk.toolCallId = checkedToolCallId(request.toolCallId);
    walk.limitTime();
    walk.abort = new CallAbort();
    linkAborts(walk, walk.abort);
    if (walk.abort.isAborted) throw abortedError(walk, 'before it ran');
    const nameOf = (i: number): string => request.params?.[i] ?? `arg${String(i)}`;
    const args = takeSnapshot(request.args, nameOf, request.opaque ?? notOpaque);
    if (request.input === undefined) return take(walk, args);
    const read = readArguments(request.input, args, walk);
    if (!types.isPromise(read)) return take(walk, read);
    if (!canWait) refuseToRead(read, walk);
    return read.then((checked) => { take(walk, checked); });
  },
};

/** The call as every room from here on sees it. */
function take(walk: Walk, args: readonly unknown[]): void {
  const { request, parent } = walk;
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
      toolCallId: walk.toolCallId,
      sensitivity: labelsForCall(request.sensitivity ?? noSensitivity, args, (i) => request.params?.[i], single, request.opaque),
      opaque: request.opaque,
      labels: request.labels === undefined ? (parent?.labels ?? noLabels) : checkedLabels(request.labels),
      abort: walk.abort,
    }),
  );
}

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

/** The call ends with its caller's signal and with the call around it. */
function linkAborts(walk: Walk, abort: CallAbort): void {
  const { around } = walk;
  const own = walk.request.signal ?? neverAborts;
  if (around !== undefined && isBinding(around, walk)) around.add(abort);
  if (abort.isAborted || (around === undefined && own === neverAborts)) return;
  if (own.aborted) abort.abort(own.reason);
  const onAbort = (): void => {
    abort.abort(own.reason);
  };
  if (own !== neverAborts) own.addEventListener('abort', onAbort, { once: true });
  walk.unlink = () => {
    around?.remove(abort);
    if (own !== neverAborts) own.removeEventListener('abort', onAbort);
  };
}

/** What a killed call left running makes no calls while its trip is in force, whoever it says that it calls for. */
function isBinding({ kill }: CallAbort, { parent, house }: Walk): boolean {
  return parent !== undefined || (kill !== undefined && house.services.killSwitch.isStopped(kill.scope));
}
