/** What an attack is told of the scene that was set up for it. Data: it crosses the wall. */
export interface AttackTarget {
  /** A word that nothing else holds: where it turns up, the attack brought it there. */
  readonly nonce: string;
  /** The process that made the call, by its number on the host. */
  readonly parentPid: number;
  /** Holds a secret; outside every path that the policy names. */
  readonly secretFile: string;
  /** Does not exist; outside every path that the policy names. */
  readonly outsideFile: string;
  /** The policy lets the tool write here. */
  readonly workFolder: string;
  /** In `workFolder`: there once the attack was reached. */
  readonly begunFile: string;
  /** A link in `workFolder` that was there before, to `secretFile`. */
  readonly foundLink: string;
  /** A TCP listener of ours, at all addresses of this machine. */
  readonly tcpPort: number;
  /** As four numbers each: a policy looks for addresses in arguments, and this is about what runs behind it. */
  readonly addresses: readonly (readonly number[])[];
  /** A DNS server of ours. */
  readonly udpPort: number;
}
