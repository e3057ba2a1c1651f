import { EnforceCoreError, nearestKey } from '@enforcecore/core';
import type { EnforceModuleExtras, EnforceModuleOptions } from './module-options.js';

/** Both lists have every key of their type: the compiler holds them against it. */
const options: Readonly<Record<keyof EnforceModuleOptions, true>> = { policy: true, settings: true, modules: true, plugins: true, environment: true, caller: true, abortOnDisconnect: true };
const extras: Readonly<Record<keyof EnforceModuleExtras, true>> = { isGlobal: true, services: true, imports: true, answers: true };
/** Nest's own, of `forRootAsync`. */
const async = ['inject', 'useFactory', 'useClass', 'useExisting', 'provideInjectionTokensFrom'];

const optionKeys = Object.keys(options);
const extraKeys = Object.keys(extras);

/** @throws EnforceCoreError `SETTINGS` for a key that `forRoot` would not look at. */
export function refuseUnknown(given: unknown): void {
  refuseOthers('forRoot', given, [...optionKeys, ...extraKeys]);
}

/** @throws EnforceCoreError `SETTINGS` for a key that `forRootAsync` would not look at, such as an option beside the factory. */
export function refuseUnknownAsync(given: unknown): void {
  refuseOthers('forRootAsync', given, [...async, ...extraKeys], (key) => (optionKeys.includes(key) ? 'belongs into what `useFactory` returns' : undefined));
}

/**
 * What a factory gave, checked.
 *
 * @throws EnforceCoreError `SETTINGS` for what is no options, and for a key that comes too late there: a guard in `services` would never be asked.
 */
export function optionsOf(given: unknown): EnforceModuleOptions {
  refuseOthers('the factory of forRootAsync', given, optionKeys, (key) => (extraKeys.includes(key) ? 'belongs beside `useFactory`, since Nest needs it before the factory runs' : undefined));
  return given as EnforceModuleOptions; // an object with no other keys; their values are checked where they are used
}

function refuseOthers(where: string, given: unknown, known: readonly string[], belongs: (key: string) => string | undefined = () => undefined): void {
  if (typeof given !== 'object' || given === null) {
    throw new EnforceCoreError('SETTINGS', `the options of EnforceModule from ${where} are ${given === null ? 'null' : `of type ${typeof given}`}, and an object is expected`);
  }
  const stray = Object.keys(given).find((key) => !known.includes(key));
  if (stray === undefined) return;
  const near = nearestKey(stray, known);
  throw new EnforceCoreError('SETTINGS', `the option \`${stray.slice(0, 64)}\` in ${where} ${belongs(stray) ?? `is not known${near === undefined ? '' : `; did you mean \`${near}\`?`}`}`);
}
