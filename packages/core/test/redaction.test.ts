import { describe, expect, it } from '@jest/globals';
import { enforce, Enforcer, type EnforceContainer } from '../src/index.js';
import { errorOf, houseWith } from './kit.js';

const echo = (container: EnforceContainer): ((value: unknown) => unknown) =>
  enforce((value: unknown) => value, { container, tool: 'echo' });

describe('redaction in the pipeline', () => {
  it('D-17: cleans a result three levels down, keys included', () => {
    const { container, auditor } = houseWith({ pii_redaction: { categories: ['email'] } });
    const tool = enforce(() => ({ a: [{ b: { mail: 'ann@corp.io' } }], 'bob@corp.io': 1 }), { container, tool: 'look' });

    expect(tool()).toEqual({ a: [{ b: { mail: '<EMAIL>' } }], '<EMAIL>': 1 });
    expect(auditor.entries).toMatchObject([{ output_redactions: 2, redactions: { email: 2 }, decision: 'redacted' }]);
  });

  it('D-18: cleans arguments in every kind of container', () => {
    const { container } = houseWith({ pii_redaction: { categories: ['email'] }, redact_output: false });
    class Card {
      constructor(readonly mail: string) {}
    }
    const value = { map: new Map([['k@corp.io', 'v@corp.io']]), set: new Set(['s@corp.io']), bytes: Buffer.from('b@corp.io'), card: new Card('c@corp.io') };

    expect(echo(container)(value)).toEqual({
      map: new Map([['<EMAIL>', '<EMAIL>']]), set: new Set(['<EMAIL>']), bytes: Buffer.from('<EMAIL>'), card: new Card('<EMAIL>'),
    });
  });

  it('D-19: hides secrets whenever redaction is on, by their form and by the name they stand under', () => {
    const { container } = houseWith({ pii_redaction: { categories: ['email'] } });

    expect(echo(container)({ note: 'use AKIAQ3EGRIKYV7TPLM2Z', password: 'hunter2-Fjord', plain: 'hunter2-Fjord' })).toEqual({
      note: 'use <AWS_KEY>', password: '<PASSWORD>', plain: 'hunter2-Fjord',
    });
  });

  it.each([
    ['placeholder', 'mail <EMAIL>'],
    ['mask', 'mail ****@****.***'],
    ['remove', 'mail '],
  ])('hides by the strategy %s', (strategy, expected) => {
    const { container } = houseWith({ pii_redaction: { categories: ['email'], strategy } });

    expect(echo(container)('mail ann@corp.io')).toBe(expected);
  });

  it('hides by a keyed hash, the same for the same value', () => {
    const { container } = houseWith({ pii_redaction: { categories: ['email'], strategy: 'hash' } });
    const [first, again] = [echo(container)('ann@corp.io'), echo(container)('ann@corp.io')];

    expect(first).toMatch(/^\[HMAC:[0-9a-f]{16}\]$/);
    expect(again).toBe(first);
  });

  it('cleans arguments only, when results are to stay', () => {
    const { container } = houseWith({ pii_redaction: { categories: ['email'] }, redact_output: false });
    const tool = enforce((text: string) => `${text} and bob@corp.io`, { container, tool: 'tool' });

    expect(tool('ann@corp.io')).toBe('<EMAIL> and bob@corp.io');
  });

  it("cleans a tool's error, and keeps its class", async () => {
    const { container } = houseWith({ pii_redaction: { categories: ['email'] } });
    const error = await errorOf(() => new Enforcer(undefined, { container }).run(() => { throw new RangeError('no ann@corp.io'); }, { tool: 'tool' }));

    expect(error).toBeInstanceOf(RangeError);
    expect(String((error as Error).stack)).not.toContain('ann@corp.io');
  });

  it('withholds what it cannot look into', async () => {
    const { container, auditor } = houseWith({ pii_redaction: {} });
    const error = await errorOf(() => enforce(() => ({ later: Promise.resolve('ann@corp.io') }), { container, tool: 'tool' })());

    expect(error).toMatchObject({ code: 'OUTPUT_INVALID', message: expect.stringContaining('later') });
    expect(auditor.entries).toMatchObject([{ outcome: 'blocked' }]);
  });

  it('gives back the very object that a tool returned when there was nothing to hide', () => {
    const { container } = houseWith({ pii_redaction: {} });
    const result = { fine: [1, 'two'] };

    expect(enforce(() => result, { container, tool: 'tool' })()).toBe(result);
  });
});
