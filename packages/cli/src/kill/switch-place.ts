import type { KillSwitch, SwitchEvent, Trip } from '@enforcecore/core';
import { CliError } from '../errors.js';

/** Where a kill switch is kept for processes to see. */
export interface SwitchPlace {
  /** For people: without secrets. */
  readonly name: string;
  /** Whether the place is there; a server always is, or cannot be asked. */
  isThere?(): Promise<boolean>;
  trips(): Promise<readonly Trip[]>;
  /** Turns a switch that is in the state of this place, and keeps what came of it. */
  change(turn: (killSwitch: KillSwitch) => void): Promise<SwitchEvent>;
}

/** A switch in the state that these events make up. */
export async function switchOf(events: readonly SwitchEvent[]): Promise<KillSwitch> {
  const { KillSwitch: Switch } = await import('@enforcecore/core');
  const killSwitch = new Switch();
  for (const event of events) killSwitch.apply(event);
  return killSwitch;
}

/** Turns a switch, and tells what its turn was. */
export function turned(killSwitch: KillSwitch, turn: (killSwitch: KillSwitch) => void): SwitchEvent {
  const told: SwitchEvent[] = [];
  const leave = killSwitch.onChange((event) => {
    told.push(event);
  });
  turn(killSwitch);
  leave();
  const [event] = told;
  if (event === undefined) throw new CliError('INPUT', 'the switch did not turn: its state is later than the clock of this machine allows');
  return event;
}
