import { inspect } from 'node:util';
import { runInFrame, type Frame } from '../../call.js';
import { CallAbort } from '../../pipeline/call-abort.js';
import type { Violation } from '../../policy/verdict.js';
import { ReceivedCall } from '../../pipeline/received-call.js';
import { maxDenied, maxReasonChars, type ToChild } from '../protocol.js';
import { fromWire } from '../wire.js';
import { answerTo, type Answer } from './answer.js';
import { keepBodies } from './child-mode.js';
import type { HeldNetwork } from './hold-network.js';
import { ToolLoader, type LoadedTool } from './load-tool.js';

/** Taken before any code of a tool: what it puts in their place later is not what speaks to the parent. */
const { parse, stringify } = JSON;

/** The way to the parent. Every message is one string, both ways; framing it is the port's own business. */
export interface ServePort {
  post(message: string): void;
  /** One listener; messages that came before it are not lost. */
  onMessage(listener: (message: string) => void): void;
}

/**
 * Runs tools for a parent, one call at a time. INVARIANT: called before any other code of the child is loaded, and by
 * the entry file that the launcher starts; `port` must be one that the tool's own code cannot get at.
 */
export function serve(port: ServePort): void {
  const session = new ChildSession((message) => {
    port.post(message);
  }, new ToolLoader(keepBodies()));
  port.onMessage((message) => {
    session.take(parse(message) as ToChild); // the parent's own words
  });
}

interface Running {
  readonly id: string;
  readonly frame: Frame;
  readonly abort: CallAbort;
  readonly maxBytes: number;
  source?: AsyncIterator<unknown> | undefined;
}

class ChildSession {
  readonly #post: (message: string) => void;
  readonly #loader: ToolLoader;
  readonly #tools: LoadedTool[] = [];
  #network: HeldNetwork | undefined;
  #running: Running | undefined;
  /** Connections that were refused since the last answer. */
  #denied: Violation[] = [];

  constructor(post: (message: string) => void, loader: ToolLoader) {
    this.#post = post;
    this.#loader = loader;
  }

  take(message: ToChild): void {
    switch (message.t) {
      case 'load':
        void this.#load(message);
        return;
      case 'call':
        void this.#call(message);
        return;
      case 'pull':
        void this.#pull(message);
        return;
      case 'ping':
        this.#post(stringify({ t: 'pong', id: message.id }));
        return;
      case 'leave':
        void this.#leave();
        return;
      case 'abort':
        this.#running?.abort.abort(new DOMException(message.reason, 'AbortError'));
    }
  }

  async #load({ id, tool, as, network }: Extract<ToChild, { t: 'load' }>): Promise<void> {
    try {
      // Before the tool's module runs a line. A child has one set of network rules.
      if (network !== undefined) this.#network ??= (await import('./hold-network.js')).holdNetwork(network);
      this.#tools[as] = await this.#loader.load(tool);
      this.#post(stringify({ t: 'loaded', id }));
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'the tool could not be loaded';
      // Its own words go where those of a tool go, and nowhere else.
      if (error instanceof Error && error.cause !== undefined) process.stderr.write(`${inspect(error.cause)}\n`);
      this.#post(stringify({ t: 'refused', id, reason: reason.slice(0, maxReasonChars) }));
    }
  }

  async #call(message: Extract<ToChild, { t: 'call' }>): Promise<void> {
    const { id, maxResultBytes: maxBytes } = message;
    const abort = new CallAbort();
    const args = Object.freeze(fromWire(message.args) as unknown[]); // the parent's own list
    const call = callOf(message, args, abort);
    const held = this.#network?.((violations) => {
      this.#denied.push(...violations);
    });
    const running: Running = { id, frame: { house: undefined, call, ...held }, abort, maxBytes };
    this.#running = running;
    const answer = answerTo(id, maxBytes);
    try {
      const tool = this.#tools[message.tool];
      if (tool === undefined) throw new TypeError('a tool was called before it was loaded');
      const given = await runInFrame(running.frame, () => tool(args));
      const stream = answer.stream(given);
      running.source = stream?.source;
      this.#answer(stream?.message ?? answer.value(given));
    } catch (error) {
      this.#answer(answer.error(error));
    }
  }

  /** With what was refused on the way, told by the guard and not by the tool, which may have swallowed it. */
  #answer(message: string): void {
    const denied = this.#denied;
    if (denied.length === 0) {
      this.#post(message);
      return;
    }
    this.#denied = [];
    const told = denied.slice(0, maxDenied).map(({ rule, reason, action = 'block' }) => ({ rule: rule.slice(0, maxReasonChars), reason: reason.slice(0, maxReasonChars), action }));
    this.#post(`${message.slice(0, -1)},"denied":${stringify(told)}}`);
  }

  async #pull({ id, n, sent }: Extract<ToChild, { t: 'pull' }>): Promise<void> {
    const running = this.#running;
    if (running?.source === undefined) return;
    const { source } = running;
    const answer = answerTo(id, running.maxBytes);
    try {
      const value = sent === undefined ? undefined : fromWire(sent);
      const step = await runInFrame(running.frame, () => source.next(value));
      if (step.done === true) running.source = undefined;
      this.#answer(step.done === true ? answer.end(step.value) : answer.item(n, step.value));
    } catch (error) {
      running.source = undefined;
      this.#answer(answer.error(error));
    }
  }

  async #leave(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    const { source } = running;
    running.source = undefined;
    const answer: Answer = answerTo(running.id, running.maxBytes);
    try {
      if (source !== undefined) await runInFrame(running.frame, () => source.return?.());
    } catch {
      // Nobody reads on, so nobody is told.
    }
    this.#answer(answer.end(undefined));
  }
}

/** What the parent left out goes without saying. */
function callOf({ id, call }: Extract<ToChild, { t: 'call' }>, args: readonly unknown[], abort: CallAbort): ReceivedCall {
  const { tool, policyName, policyDigest, parentId, depth = 1, tenant, agent, session, labels = {}, params, sensitivity = [] } = call;
  return new ReceivedCall({ id, tool, args, policyName, policyDigest, parentId, depth, tenant, agent, session, labels, params, sensitivity, opaque: undefined, abort });
}
