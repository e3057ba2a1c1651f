/** Taken before a tool can replace them: what is asked at every call must not be the tool's. */
const { defineProperty } = Object;
const Failure = Error;
/** For calls and prototypes, past anything that a tool may have put in the way. */
export const { apply, getPrototypeOf } = Reflect;

/** Puts a value in the place of another for good. */
export function seal(owner: object, name: string, value: unknown): void {
  defineProperty(owner, name, { value, writable: false, configurable: false, enumerable: true });
}

/** The same for a function that may not be called at all, where it is there. */
export function close(owner: object, name: string, what: string): void {
  if (typeof Reflect.get(owner, name) === 'function') seal(owner, name, () => refuse(what));
}

/** Reads like Node's own refusals. */
export function refuse(what: string): never {
  const error = new Failure(`the sandbox does not allow ${what}`);
  defineProperty(error, 'code', { value: 'ERR_ACCESS_DENIED', enumerable: true, writable: true, configurable: true });
  throw error;
}
