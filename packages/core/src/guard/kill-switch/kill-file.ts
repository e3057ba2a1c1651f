import { KillSwitch } from './kill-switch.js';
import { readSmallFile } from './read-small-file.js';
import { scopeKey } from './switch-event.js';
import { mostFileBytes, readSwitchFile } from './switch-file.js';
import type { SwitchEvent, Trip } from './trip.js';

type Content = { readonly events: readonly SwitchEvent[]; readonly text: string | undefined } | { readonly fault: string };

/** Turns a switch as a file says that `enforcecore kill` writes. A file that cannot be read stops all calls. */
export class KillFile {
  readonly #path: string;
  readonly #killSwitch: () => KillSwitch;
  /** The switch that was turned last: another one knows nothing of the file. */
  #turned: KillSwitch | undefined;
  /** The text that was last taken up; `null` before the first look. */
  #text: string | undefined | null = null;
  /** Trips that are there because the file has them, each as the file has it and as it is in force. */
  #trips = new Map<string, { readonly said: Trip; readonly inForce: Trip }>();
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
    this.#forgetOther(this.#killSwitch());
    const content = this.#read();
    if (content === undefined) this.#hold();
    else if ('fault' in content) this.#stopAll(content.fault);
    else this.#take(content.events, content.text);
  }

  #forgetOther(killSwitch: KillSwitch): void {
    if (this.#turned === killSwitch) return;
    this.#turned = killSwitch;
    this.#text = null;
    this.#trips = new Map();
    this.#fault = undefined;
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
    for (const event of events) killSwitch.apply(event);
    const before = this.#trips;
    this.#trips = new Map(standing(events).map((said) => [keyOf(said), { said, inForce: before.get(keyOf(said))?.inForce ?? said }]));
    const why = text === undefined ? 'the file is gone' : 'the file does not have it any more';
    for (const [key, { inForce }] of before) if (!this.#trips.has(key)) killSwitch.lift(inForce, 'file', why, true);
    if (this.#fault !== undefined) killSwitch.lift(this.#fault, 'file', 'the file can be read again');
    this.#fault = undefined;
    this.#text = text;
    this.#hold();
  }

  /** What the file says is what counts, also after a reset by hand; only what ends by itself does not come back. */
  #hold(): void {
    const killSwitch = this.#killSwitch();
    for (const [key, { said, inForce }] of this.#trips) {
      const { scope, by, reason, recoverAfterMs } = said;
      if (recoverAfterMs !== undefined || killSwitch.isInForce(inForce) || killSwitch.isHeldBy(scope, by, false)) continue;
      this.#trips.set(key, { said, inForce: killSwitch.trip(reason, { scope, by, isLocal: true }) });
    }
  }

  /** Fail closed: a file that is there and says nothing that can be read may say that everything has to stop. */
  #stopAll(why: string): void {
    const killSwitch = this.#killSwitch();
    if (this.#fault !== undefined && killSwitch.isInForce(this.#fault)) return;
    this.#fault = killSwitch.trip(`the kill switch file ${this.#path} cannot be used: ${why}`, { by: 'file', isLocal: true });
  }
}

/** The trips that these events leave, whatever the switch of this process has. */
function standing(events: readonly SwitchEvent[]): readonly Trip[] {
  const said = new KillSwitch();
  for (const event of events) said.apply(event);
  return said.trips;
}

/** Whoever writes a file may give two trips one id. */
function keyOf({ id, scope }: Trip): string {
  return `${id}\0${scopeKey(scope)}`;
}
