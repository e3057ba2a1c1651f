import { types } from 'node:util';

/** What calling a function gives back, as far as its declaration tells. A `plain` function may still return anything. */
export type FunctionKind = 'plain' | 'async' | 'generator' | 'async_generator';

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- any callable may be asked about
export function functionKind(fn: Function): FunctionKind {
  const generator = types.isGeneratorFunction(fn);
  if (types.isAsyncFunction(fn)) return generator ? 'async_generator' : 'async';
  return generator ? 'generator' : 'plain';
}
