/** A checkpoint as it is kept beside a log, with what a writer needs to go on from it. */
export interface CheckpointRecord {
  /** A C2SP signed note over origin, size and root; its text alone where nobody signs. Witnesses' signatures are added as they come. */
  readonly note: string;
  /** The tree's state at that size, in hex, largest subtree first. */
  readonly nodes: readonly string[];
  /** Where in a trail of files the leaves that come after it begin; null in a database. */
  readonly position: { readonly segment: number; readonly offset: number } | null;
  /** When it was made, RFC 3339 in UTC with milliseconds. */
  readonly time: string;
}
