import type { ServiceIdentifier } from 'inversify';

/** A service's name in the container, typed by what it stands for. `Symbol.for` lets two installed copies meet. */
export type Token<T> = ServiceIdentifier<T> & symbol;

export function token<T>(name: string): Token<T> {
  // The phantom type T exists only for the compiler: a symbol identifies, it does not carry a type.
  return Symbol.for(`@enforcecore/${name}`);
}
