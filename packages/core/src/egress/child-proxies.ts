import type { ChildProcess } from 'node:child_process';
import net from 'node:net';
import { runOutside } from '../call.js';
import { FilterProxy } from '../sandbox/proxy/filter-proxy.js';
import type { EgressScope } from './egress-scope.js';

/** What a child process of a tool is told to connect through. */
export interface ChildProxy {
  readonly url: string;
  /** Keeps it open as long as the child runs, or until what is returned is called. */
  serve(child: ChildProcess): () => void;
}

/** One for each call that started processes, so that what it refuses stands in that call's record. */
const proxies = new WeakMap<EgressScope, OpenProxy>();

/** The proxy of a scope, listening; `undefined` where this version of Node cannot make it listen at once. */
export function childProxy(scope: EgressScope): ChildProxy | undefined {
  const known = proxies.get(scope);
  if (known !== undefined) return known;
  const handle = listeningHandle();
  if (handle === undefined) return undefined;
  const proxy = new OpenProxy(scope, handle, () => void proxies.delete(scope));
  proxies.set(scope, proxy);
  return proxy;
}

class OpenProxy implements ChildProxy {
  readonly url: string;
  readonly #proxy: FilterProxy;
  readonly #onClosed: () => void;
  #children = 0;

  constructor(scope: EgressScope, { handle, port }: Listening, onClosed: () => void) {
    this.url = `http://127.0.0.1:${String(port)}`;
    this.#onClosed = onClosed;
    this.#proxy = new FilterProxy(scope.rules, { onDenied: (reason) => void scope.refuse('rules.network', reason) });
    runOutside(() => this.#proxy.listen(handle)).catch(() => undefined);
  }

  /** Grandchildren that outlive the children have no network any more. */
  serve(child: ChildProcess): () => void {
    this.#children += 1;
    let counted = true;
    const leave = (): void => {
      if (!counted) return;
      counted = false;
      this.#children -= 1;
      if (this.#children > 0) return;
      this.#onClosed();
      this.#proxy.close().catch(() => undefined);
    };
    child.once('exit', leave).once('error', leave);
    return leave;
  }
}

interface Listening {
  readonly handle: object;
  readonly port: number;
}

/**
 * Starting a process cannot wait, and `listen` with an address does. Node's own function for the workers of `cluster` binds at once; it is
 * exported on every line, though not documented.
 */
function listeningHandle(): Listening | undefined {
  const create = (net as { readonly _createServerHandle?: (address: string, port: number, family: 4) => unknown })._createServerHandle;
  // Outside, since what happens on the connections that it accepts happens in its async scope, and is the proxy's doing.
  const handle: unknown = typeof create === 'function' ? runOutside(() => create('127.0.0.1', 0, 4)) : undefined;
  if (typeof handle !== 'object' || handle === null) return undefined;
  const name: { port?: number } = {};
  // The handle of a TCP server; it writes its address into the object.
  (handle as { getsockname?: (out: object) => number }).getsockname?.(name);
  return name.port === undefined ? undefined : { handle, port: name.port };
}
