import { describe, expect, it } from '@jest/globals';
import { PolicyError } from '../errors.js';
import { Sensitivity } from './decorator.js';
import { labelsOfValue } from './value-labels.js';

type Apply = (...given: readonly unknown[]) => void;
const decorate = Sensitivity('high') as unknown as Apply;
const context = (over: object): object => ({ kind: 'field', name: 'a', static: false, private: false, addInitializer: () => undefined, ...over });

describe('@Sensitivity', () => {
  it.each(['secret', '', '__proto__', 3, null, undefined, {}])('refuses the level %p where it is written', (level) => {
    expect(() => Sensitivity(level as never)).toThrow(PolicyError);
  });

  it.each([
    ['a parameter of a constructor', [class A { a = 1; }, undefined, 0]],
    ['a method', [{}, 'run', { value: () => 1 }]],
    ['a static property', [class A { a = 1; }, 'a']],
    ['a class', [class A { a = 1; }]],
    ['a symbol', [{}, Symbol('a')]],
    ['a very long name', [{}, 'a'.repeat(1_000_000)]],
    ['a name that needs more than a path has', [{}, '\u0000'.repeat(128)]],
    ['a standard method', [() => 1, context({ kind: 'method' })]],
    ['a standard getter', [() => 1, context({ kind: 'getter' })]],
    ['a standard class', [class A { a = 1; }, context({ kind: 'class' })]],
    ['a standard private field', [undefined, context({ private: true, name: '#a' })]],
    ['a standard static field', [undefined, context({ static: true })]],
    ['a standard symbol', [undefined, context({ name: Symbol('a') })]],
  ])('refuses %s with a typed error', (_what, given) => {
    expect(() => decorate(...given)).toThrow(PolicyError);
  });

  it('never labels plain objects, whatever a constructor returns', () => {
    const initializers: ((this: unknown) => void)[] = [];
    decorate(undefined, context({ addInitializer: (run: () => void) => initializers.push(run) }));
    const trap = new Proxy({}, { getPrototypeOf: () => { throw new Error('ran'); } });
    for (const instance of [{}, Object.create(null), [], trap, null, undefined, 3, () => 1]) initializers.forEach((run) => run.call(instance));

    expect([labelsOfValue({ a: 1 }), labelsOfValue([1]), labelsOfValue({ deep: {} })]).toEqual([[], [], []]);
  });

  it('uses the metadata of a runtime that has some, so that no construction is needed', () => {
    const symbol = Symbol('Symbol.metadata');
    const metadata = {};
    class Dto {
      a = 1;
    }
    decorate(undefined, context({ metadata }));
    Object.defineProperty(Dto, symbol, { value: metadata });

    Object.defineProperty(Symbol, 'metadata', { value: symbol, configurable: true });
    try {
      expect(labelsOfValue(Object.create(Dto.prototype))).toEqual([{ path: 'a', level: 'confidential' }]);
    } finally {
      Reflect.deleteProperty(Symbol, 'metadata');
    }
  });
});
