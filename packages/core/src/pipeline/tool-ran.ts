const ran = new WeakMap<object, boolean>();

/** Notes, as a call ends in an error, whether its tool was started. An error that passes through calls around it tells of them all. */
export function noteRan(error: unknown, hasRun: boolean): void {
  if (typeof error === 'object' && error !== null && ran.get(error) !== true) ran.set(error, hasRun);
}

/** Whether the tool of the call that ended in this error was started; `undefined` for an error that ended none. */
export function toolRan(error: object): boolean | undefined {
  return ran.get(error);
}
