import type { Services } from '../pipeline/room-builder.js';
import type { DecisionState, SessionState } from './verdict.js';

/** What one decision depends on besides the call. The time is read once, when the first rule asks for it. */
export class CallState implements DecisionState {
  readonly #services: Services;
  readonly #session: string | undefined;
  #nowMs: number | undefined;

  constructor(services: Services, session: string | undefined) {
    this.#services = services;
    this.#session = session;
  }

  get nowMs(): number {
    this.#nowMs ??= this.#services.clock.now();
    return this.#nowMs;
  }

  get environment(): string | undefined {
    return this.#services.settings.environment;
  }

  get env(): Readonly<Record<string, string>> {
    return this.#services.env;
  }

  get session(): SessionState {
    return { id: this.#session };
  }
}
