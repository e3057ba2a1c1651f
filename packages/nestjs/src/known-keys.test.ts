import { describe, expect, it } from '@jest/globals';
import { optionsOf, refuseUnknown, refuseUnknownAsync } from './known-keys.js';

const refusal = (words: string) => expect.objectContaining({ code: 'SETTINGS', message: expect.stringContaining(words) });

describe('the options of the module', () => {
  it('are taken where they are looked at', () => {
    expect(() => {
      refuseUnknown({ policy: 'p.yaml', settings: {}, modules: [], plugins: undefined, environment: {}, caller: () => ({}), abortOnDisconnect: true, isGlobal: true, services: [], imports: [], answers: true });
      refuseUnknownAsync({ useFactory: () => ({}), inject: [], imports: [], services: [], answers: false, isGlobal: false });
      optionsOf({ policy: 'p.yaml', plugins: undefined });
    }).not.toThrow();
  });

  it.each(['services', 'answers', 'imports', 'isGlobal'])('are refused where they come too late (%s)', (key) => {
    expect(() => optionsOf({ [key]: [] })).toThrow(refusal('belongs beside `useFactory`'));
  });

  it('are refused beside a factory', () => {
    expect(() => {
      refuseUnknownAsync({ useFactory: () => ({}), policy: 'p.yaml' });
    }).toThrow(refusal('belongs into what `useFactory` returns'));
  });

  it('are refused where nobody knows them, with the one that was meant', () => {
    expect(() => {
      refuseUnknown({ polcy: 'p.yaml' });
    }).toThrow(refusal('did you mean `policy`?'));
    expect(() => optionsOf({ __proto: 1 })).toThrow(refusal('is not known'));
  });

  it.each([undefined, null, 5, 'p.yaml'])('are refused when they are none (%s)', (given) => {
    expect(() => optionsOf(given)).toThrow(refusal('an object is expected'));
    expect(() => {
      refuseUnknown(given);
    }).toThrow(refusal('an object is expected'));
  });
});
