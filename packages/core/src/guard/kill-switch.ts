/** Stops every call of a container from the next one on, until someone resets it by hand. */
export class KillSwitch {
  #reason: string | undefined;

  trip(reason: string): void {
    this.#reason = reason.trim() === '' ? 'no reason given' : reason;
  }

  reset(): void {
    this.#reason = undefined;
  }

  get isTripped(): boolean {
    return this.#reason !== undefined;
  }

  get reason(): string | undefined {
    return this.#reason;
  }
}

