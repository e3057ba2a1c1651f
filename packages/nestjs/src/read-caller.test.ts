import { describe, expect, it } from '@jest/globals';
import { readCaller } from './read-caller.js';

class User {
  #name: string;
  constructor(name: string) {
    this.#name = name;
  }
  get tenant(): string {
    return this.#name;
  }
}

describe('what a caller resolver returned', () => {
  const { signal } = new AbortController();

  it.each([
    ['all that a caller has', { tenant: 'acme', agent: 'a', session: 's', toolCallId: 'call_1', signal, labels: { desk: 'front' } }, { tenant: 'acme', agent: 'a', session: 's', toolCallId: 'call_1', signal, labels: { desk: 'front' } }],
    ['getters of a class', new User('acme'), { tenant: 'acme' }],
    ['nobody in particular', {}, {}],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { tenant: 'acme' }), { tenant: 'acme' }],
    ['an id that does not fit, which is left out', { tenant: 'acme', toolCallId: 'two words' }, { tenant: 'acme' }],
  ])('is taken: %s', (_what, given, caller) => {
    expect(readCaller(given)).toEqual(caller);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a word', 'acme'],
    ['a function', () => ({})],
    ['a list', ['acme']],
    ['a map', new Map([['tenant', 'acme']])],
    ['an error', new Error('x')],
    ['a date', new Date(0)],
    ['a key that a caller has not', { tenantId: 'acme' }],
    ['such a key beside a good one', { tenant: 'acme', role: 'root' }],
    ['a tenant that is null', { tenant: null }],
    ['a tenant that is a number', { tenant: 5 }],
    ['a tenant that is an object', { tenant: {} }],
    ['a signal that is none', { signal: {} }],
    ['a signal that is null', { signal: null }],
    ['labels that are none', { labels: 5 }],
    ['labels in a list', { labels: ['a'] }],
    ['labels in a map', { labels: new Map() }],
    ['a label that is no text', { labels: { desk: 5 } }],
    ['a label that is nothing', { labels: { desk: undefined } }],
    ['a key __proto__ of its own', JSON.parse('{"__proto__":{"tenant":"acme"}}')],
    ['a getter that throws', { get tenant(): string { throw new Error('hunter2'); } }],
    ['a proxy that throws', new Proxy({}, { ownKeys: () => { throw new Error('hunter2'); } })],
    ['a proxy whose prototype throws', new Proxy({}, { getPrototypeOf: () => { throw new Error('hunter2'); } })],
  ])('is refused, and tells no value: %s', (_what, given: unknown) => {
    expect(() => readCaller(given)).toThrow(expect.objectContaining({ code: 'SETTINGS', message: expect.not.stringMatching(/hunter2|acme|root/) }));
  });

  it('costs the request where a word is empty, as it may come from outside', () => {
    expect(() => readCaller({ tenant: '' })).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });
});
