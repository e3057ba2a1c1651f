import { describe, expect, it, jest } from '@jest/globals';
import { askCaller, runAsked } from './asked-caller.js';
import { plainId } from './plain-id.js';

describe('a caller that the application is asked for', () => {
  it('is nobody in particular where nobody can be asked', () => {
    expect(askCaller(undefined)).toEqual({ caller: {}, refused: undefined });
  });

  it('leaves out what is not known, so that it comes from elsewhere', () => {
    expect(Object.keys(askCaller(() => ({ tenant: 'acme', session: undefined })).caller)).toEqual(['tenant']);
  });

  it.each([
    ['throws', () => {
      throw new Error('a secret');
    }],
    ['gives nothing', () => undefined as never],
    ['gives a promise', () => Promise.resolve({ tenant: 'acme' }) as never],
    ['gives an object that throws', () => Object.defineProperty({}, 'tenant', { enumerable: true, get: () => Reflect.ownKeys(undefined as never) })],
  ])('refuses the call where it %s, and no raw text leaves it', async (_how, callerOf) => {
    const asked = askCaller(callerOf);
    const run = jest.fn(async (caller: object) => caller);

    await expect(runAsked(asked, run)).rejects.toMatchObject({ code: 'SETTINGS', message: expect.stringContaining('callerOf') });

    expect(run).toHaveBeenCalledWith(expect.objectContaining({ signal: expect.objectContaining({ aborted: true }) }));
    expect(String(asked.refused)).not.toContain('secret');
  });
});

describe('the id of a call', () => {
  it.each([['call_1', 'call_1'], ['x'.repeat(256), 'x'.repeat(256)], ['x'.repeat(257), undefined], ['', undefined], ['a b', undefined], ['\ud83d', undefined], [7, undefined]])('is left out where no trail can hold it: %#', (id, plain) => {
    expect(plainId(id)).toBe(plain);
  });
});
