/** Everything that a client is told of a tool by its server, and that a model acts on. */
export interface PinnedParts {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema: unknown;
  readonly outputSchema?: unknown;
  readonly annotations?: unknown;
}

/** `new`: never seen, and now pinned; `held`: differs from its pin, or is new where nothing new is pinned. */
export type PinVerdict = 'pinned' | 'new' | 'held';

/** Remembers tools as they were at first sight, over restarts. A held tool is neither listed nor callable until it is approved. */
export interface PinStore {
  /** Judges a server's whole list at once, and remembers what is new in it before it answers. A name that a list holds twice is held. */
  judge(server: string, tools: readonly PinnedParts[]): Promise<ReadonlyMap<string, PinVerdict>>;
  /** Another text whenever a verdict may be another; asked before each call, so it must be cheap. Rejects when the pins cannot be read. */
  stamp(): Promise<string>;
}
