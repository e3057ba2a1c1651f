type AnyFunction = (this: never, ...args: never[]) => unknown;

/**
 * The original body of an enforced function is reachable from nowhere, except in a child that was started to run one: its
 * runtime asks for them before anything else is loaded. Once the enforcing code is loaded, nobody can ask any more.
 */
let bodies: WeakMap<object, AnyFunction> | 'open' | 'sealed' = 'open';

/** Gives the body behind an enforced function, or `undefined` for any other. */
export type BodyOf = (wrapper: object) => AnyFunction | undefined;

/** @throws TypeError when the enforcing code is there already, or when this was asked before. */
export function keepBodies(): BodyOf {
  if (bodies !== 'open') throw new TypeError('bodies are kept only by a child runtime that starts before everything else');
  const kept = new WeakMap<object, AnyFunction>();
  bodies = kept;
  return (wrapper) => kept.get(wrapper);
}

/** INVARIANT: called when the enforcing code is loaded, before it wraps anything. */
export function sealBodies(): void {
  if (bodies === 'open') bodies = 'sealed';
}

/** Whether this thread or process is a child that was started to run a tool. */
export function isChild(): boolean {
  return typeof bodies === 'object';
}

/** Does nothing but in a child. */
export function noteBody(wrapper: object, body: AnyFunction): void {
  if (typeof bodies === 'object') bodies.set(wrapper, body);
}
