import type { EgressScope } from './egress-scope.js';

/** A request of undici, as its diagnostics channels tell it: built in or from npm, in whichever copy. */
export interface UndiciRequest {
  readonly origin?: unknown;
  readonly method?: unknown;
  readonly upgrade?: unknown;
  onError?(error: Error): void;
}

/** Beyond so many nothing is known of who waits; each connection is then judged by the code that opens it. */
const maxWaiting = 10_000;

/** Requests on their way, by origin, with the scopes that made them; of those made outside, the ones that may share a connection with them. */
export class WaitingRequests {
  readonly #scopes = new WeakMap<object, EgressScope>();
  readonly #byKey = new Map<string, Set<UndiciRequest>>();
  readonly #refused = new Set<string>();
  #size = 0;

  get isEmpty(): boolean {
    return this.#byKey.size + this.#refused.size === 0;
  }

  scopeOf(request: UndiciRequest): EgressScope | undefined {
    return this.#scopes.get(request);
  }

  setScope(request: UndiciRequest, scope: EgressScope): void {
    this.#scopes.set(request, scope);
  }

  add(request: UndiciRequest, scope: EgressScope): void {
    this.#scopes.set(request, scope);
    const key = keyOfOrigin(request.origin)?.key;
    // Of tunnels and upgrades undici does not tell when they are answered.
    const isTunnel = request.method === 'CONNECT' || (request.upgrade !== undefined && request.upgrade !== null && request.upgrade !== false);
    if (key !== undefined && !isTunnel) this.#put(key, request);
  }

  addOutside(request: UndiciRequest): void {
    const key = keyOfOrigin(request.origin)?.key;
    if (key !== undefined && (this.#byKey.has(key) || this.#refused.has(key))) this.#put(key, request);
  }

  /** Remembers for this turn of the event loop that a request to there was refused. */
  markRefused(key: string): void {
    if (this.#refused.has(key)) return;
    this.#refused.add(key);
    setImmediate(() => this.#refused.delete(key));
  }

  remove(request: UndiciRequest): void {
    const key = keyOfOrigin(request.origin)?.key;
    const there = key === undefined ? undefined : this.#byKey.get(key);
    if (key === undefined || there?.delete(request) !== true) return;
    this.#size -= 1;
    if (there.size === 0) this.#byKey.delete(key);
  }

  requestsAt(key: string): readonly UndiciRequest[] {
    return [...(this.#byKey.get(key) ?? [])];
  }

  scopesAt(key: string): readonly EgressScope[] {
    return this.requestsAt(key).flatMap((request) => this.#scopes.get(request) ?? []);
  }

  hasOutside(key: string): boolean {
    return this.requestsAt(key).some((request) => !this.#scopes.has(request));
  }

  #put(key: string, request: UndiciRequest): void {
    if (this.#size >= maxWaiting) return;
    this.#size += 1;
    const there = this.#byKey.get(key);
    if (there === undefined) this.#byKey.set(key, new Set([request]));
    else there.add(request);
  }
}

/** An origin as undici tells of its connections: protocol, host without brackets, and the port that was written. */
export function keyOfOrigin(origin: unknown): { readonly key: string; readonly host: string; readonly port: number } | undefined {
  const text = origin instanceof URL ? origin.origin : origin;
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined;
  const { protocol, hostname, port } = new URL(text);
  const host = hostname.replace(/^\[|\]$/g, '');
  return { key: `${protocol}//${host}:${port}`, host, port: Number(port) };
}
