import type { KillSwitch } from './kill-switch.js';
import { readSmallFile } from './read-small-file.js';
import { mostFileBytes, readSwitchFile } from './switch-file.js';
import type { SwitchEvent, Trip } from './trip.js';

type Content = { readonly events: readonly SwitchEvent[]; readonly text: string | undefined } | { readonly fault: string };

/** Turns a switch as a file says that `enforcecore kill` writes. A file that cannot be read stops all calls. */
export class KillFile {
  readonly #path: string;
  readonly #killSwitch: () => KillSwitch;
  /** The text that was last taken up; `null` before the first look. */
  #text: string | undefined | null = null;
  /** Trips that are there because the file has them. */
  #trips = new Map<string, Trip>();
  /** The trip that is there because the file cannot be read. */
  #fault: Trip | undefined;

  constructor(path: string, killSwitch: () => KillSwitch) {
    this.#path = path;
    this.#killSwitch = killSwitch;
  }

  /** Looks at once and then every so often, for as long as something else keeps the process alive; the answer ends it. */
  start(everyMs: number): () => void {
    this.look();
    const timer = setInterval(() => {
      this.look();
    }, everyMs).unref();
    return () => {
      clearInterval(timer);
    };
  }

  look(): void {
    const content = this.#read();
    if (content === undefined) return;
    if ('fault' in content) this.#stopAll(content.fault);
    else this.#take(content.events, content.text);
  }

  /** `undefined` where nothing is new. */
  #read(): Content | undefined {
    try {
      const text = readSmallFile(this.#path, mostFileBytes);
      if (text === this.#text && this.#fault === undefined) return undefined;
      return { events: text === undefined ? [] : readSwitchFile(text), text };
    } catch (error) {
      return { fault: error instanceof Error ? error.message : 'unknown' };
    }
  }

  #take(events: readonly SwitchEvent[], text: string | undefined): void {
    const killSwitch = this.#killSwitch();
    const trips = new Map(events.flatMap((event) => (event.kind === 'tripped' ? [[event.trip.id, event.trip] as const] : [])));
    for (const event of events) killSwitch.apply(event);
    const why = text === undefined ? 'the file is gone' : 'the file does not have it any more';
    for (const [id, trip] of this.#trips) if (!trips.has(id)) killSwitch.lift(trip, 'file', why, true);
    if (this.#fault !== undefined) killSwitch.lift(this.#fault, 'file', 'the file can be read again');
    this.#fault = undefined;
    this.#trips = trips;
    this.#text = text;
  }

  /** Fail closed: a file that is there and says nothing that can be read may say that everything has to stop. */
  #stopAll(why: string): void {
    const killSwitch = this.#killSwitch();
    if (this.#fault !== undefined && killSwitch.isInForce(this.#fault)) return;
    this.#fault = killSwitch.trip(`the kill switch file ${this.#path} cannot be used: ${why}`, { by: 'file', isLocal: true });
  }
}
