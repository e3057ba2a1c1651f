import type { Services } from '../../pipeline/room-builder.js';
import type { Settings } from '../../settings/settings.js';
import { KillFile } from './kill-file.js';
import { onKillSignal } from './kill-signal.js';
import type { KillSwitch } from './kill-switch.js';
import type { RunningCalls } from './running-calls.js';
import { tellSwitch } from './tell-switch.js';
import type { SwitchEvent } from './trip.js';

/** Whose calls the switch stops, and who writes that down. */
export interface SwitchHouse {
  readonly services: Services;
  readonly running: RunningCalls;
}

/** Ties a house to its kill switch: what is running is stopped, what happens is told, and file and signal turn it. */
export class SwitchWatch {
  readonly #house: SwitchHouse;
  #switch: KillSwitch | undefined;
  /** The one whose trips have ended what ran. */
  #heeded: KillSwitch | undefined;
  #unwatch: (() => void) | undefined;
  #listening = '';
  #file: KillFile | undefined;
  #unlisten: (() => void)[] = [];

  constructor(house: SwitchHouse) {
    this.#house = house;
  }

  watch(killSwitch: KillSwitch): void {
    if (this.#switch === killSwitch) return;
    this.#unwatch?.();
    this.#switch = killSwitch;
    this.#unwatch = killSwitch.onChange((event) => {
      this.#changed(event);
    });
  }

  /** Starts what the settings name, unless it is there already; the switch may be another one than before. */
  listen({ killSwitchFile: file, killSwitchSignal: signal, killSwitchPollMs: pollMs }: Settings): void {
    this.#stopRunning();
    const wanted = JSON.stringify([file, signal, pollMs]);
    if (this.#listening === wanted) {
      this.#file?.look();
      return;
    }
    this.#stopListening();
    this.#listening = wanted;
    const current = (): KillSwitch => this.#current();
    if (signal !== undefined) this.#unlisten.push(onKillSignal(signal, current));
    if (file === undefined) return;
    this.#file = new KillFile(file, current);
    this.#unlisten.push(this.#file.start(pollMs));
  }

  close(): void {
    this.#stopListening();
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#switch = undefined;
  }

  /** As bound now: it may have been exchanged since the last call. */
  #current(): KillSwitch {
    try {
      return this.#house.services.killSwitch;
    } catch (error) {
      // Safe to go on: without its services the house lets no call through, and the one before stops what still runs.
      if (this.#switch === undefined) throw error;
      return this.#switch;
    }
  }

  /** Calls that run have passed another switch than the one that is new here. */
  #stopRunning(): void {
    if (this.#heeded === this.#switch) return;
    this.#heeded = this.#switch;
    for (const trip of this.#switch?.trips ?? []) this.#house.running.stop(trip);
  }

  #stopListening(): void {
    this.#listening = '';
    this.#file = undefined;
    for (const stop of this.#unlisten.splice(0)) stop();
  }

  #changed(event: SwitchEvent): void {
    if (event.kind === 'tripped') this.#house.running.stop(event.trip);
    tellSwitch(this.#house.services, event);
  }
}
