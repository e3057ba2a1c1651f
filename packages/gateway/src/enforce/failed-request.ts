/** A request that went through the pipeline and came to nothing; the cause is what the pipeline ended it with. */
export class FailedRequest extends Error {
  override name = 'FailedRequest';
  override readonly cause: unknown;
  /** Whether the server, or the client, had been asked by then. */
  readonly wasAsked: boolean;

  constructor(cause: unknown, wasAsked: boolean) {
    super('the request failed', { cause });
    this.cause = cause;
    this.wasAsked = wasAsked;
  }

  /** Any error as one; what failed behind the pipeline had been asked. */
  static of(error: unknown): FailedRequest {
    return error instanceof FailedRequest ? error : new FailedRequest(error, true);
  }
}
