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
  #unwatch: (() => void) | undefined;
  #listening = '';
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

  /** Starts what the settings name, unless it is there already. */
  listen({ killSwitchFile: file, killSwitchSignal: signal, killSwitchPollMs: pollMs }: Settings): void {
    const wanted = JSON.stringify([file, signal, pollMs]);
    if (this.#listening === wanted) return;
    this.#stopListening();
    this.#listening = wanted;
    const current = (): KillSwitch => this.#switch ?? this.#house.services.killSwitch;
    if (signal !== undefined) this.#unlisten.push(onKillSignal(signal, current));
    if (file !== undefined) this.#unlisten.push(new KillFile(file, current).start(pollMs));
  }

  close(): void {
    this.#stopListening();
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#switch = undefined;
  }

  #stopListening(): void {
    this.#listening = '';
    for (const stop of this.#unlisten.splice(0)) stop();
  }

  #changed(event: SwitchEvent): void {
    if (event.kind === 'tripped') this.#house.running.stop(event.trip);
    tellSwitch(this.#house.services, event);
  }
}
