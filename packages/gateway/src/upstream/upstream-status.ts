/** `starting`: no connection has been ready yet; `down`: it failed too often, and is left alone for a while. */
export type UpstreamState = 'starting' | 'ready' | 'down';

/** How one upstream server is, over all sessions. */
export interface UpstreamStatus {
  readonly name: string;
  readonly state: UpstreamState;
  /** Connections that were lost, or never came to be, since the gateway started. */
  readonly restarts: number;
  /** Tools that passed the pins at the last look. */
  readonly tools: number;
  /** Tools that are kept back: changed since they were pinned, named twice, or with a name or text that cannot be shown. */
  readonly held: number;
}
