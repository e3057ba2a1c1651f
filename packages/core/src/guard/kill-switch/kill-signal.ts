import { SettingsError } from '../../errors.js';
import type { KillSwitch } from './kill-switch.js';

/** Signals that end no process that listens for them, and that Node keeps none of for itself. */
export const killSignals = ['SIGUSR2', 'SIGHUP'] as const;

export type KillSignal = (typeof killSignals)[number];

/** Trips all calls whenever the process gets the signal; the returned function gives the signal back. */
export function onKillSignal(signal: KillSignal, killSwitch: () => KillSwitch): () => void {
  const onSignal = (): void => {
    killSwitch().trip(`the process got ${signal}`, { by: `signal:${signal}` });
  };
  try {
    process.on(signal, onSignal);
  } catch (error) {
    throw new SettingsError(`killSwitchSignal: this system has no ${signal}; use killSwitchFile instead`, { cause: error });
  }
  return () => {
    process.off(signal, onSignal);
  };
}
