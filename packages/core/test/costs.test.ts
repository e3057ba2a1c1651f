import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import {
  Auditor, createContainer, enforce, Enforcer, FixedPrices, Policy, PriceTable, recordCost, recordTokens, type CostOption, type EnforceContainer,
} from '../src/index.js';
import { MemoryAuditor } from '../src/testing/index.js';
import { removeTempFolders, tempFolder } from './kit.js';

afterAll(removeTempFolders);

const prices = new FixedPrices({ m: { inputUsd: 1, outputUsd: 10, cachedInputUsd: 0.1 } });

function house(maxUsd: number, rules: object = {}): { readonly container: EnforceContainer; readonly auditor: MemoryAuditor } {
  const container = createContainer({ policy: Policy.from({ name: 'costs', rules: { resource_limits: { max_cost_usd: maxUsd }, ...rules } }), environment: {} });
  const auditor = new MemoryAuditor();
  container.rebind(Auditor).toConstantValue(auditor);
  container.rebind(PriceTable).toConstantValue(prices);
  return { container, auditor };
}

const costs = ({ auditor }: { readonly auditor: MemoryAuditor }): readonly unknown[] => auditor.calls.map(({ cost_micro_usd: micros }) => micros);

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown }).code;

async function attempt(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return codeOf(error);
  }
}

describe('the cost of a call', () => {
  it('is a function of its arguments, asked before the tool runs', async () => {
    const { container, ...rest } = house(1);
    const tool = enforce(async function pay(args: { readonly n: number }) { return args.n; }, { container, cost: (args: { readonly n: number }) => args.n / 10 });

    const ended = [await attempt(() => tool({ n: 6 })), await attempt(() => tool({ n: 5 })), await attempt(() => tool({ n: 4 }))];

    expect(ended).toEqual([6, 'COST_LIMIT', 4]);
    expect(costs(rest)).toEqual([600_000, 0, 400_000]);
  });

  it('is settled by the result: what was set aside and not used is free again', async () => {
    const { container, ...rest } = house(1);
    const tool = enforce(async function ask(_question: string) { return { usage: { input: 100_000, output: 10_000 } }; }, {
      container,
      cost: { reserve: { model: 'm', input: 500_000, output: 50_000 }, settle: (result: { readonly usage: { readonly input: number; readonly output: number } }) => ({ model: 'm', ...result.usage }) },
    });

    const ended = [];
    for (let i = 0; i < 3; i += 1) ended.push(codeOf(await attempt(() => tool('q'))) ?? 'ok');

    expect(costs(rest)).toEqual([200_000, 0, 0]);
    expect(ended).toEqual(['ok', 'ok', 'ok']);
  });

  it('counts tokens by the price of the model, what came from the cache at its own', () => {
    const { container, ...rest } = house(100);
    new Enforcer(undefined, { container }).runSync(() => { recordTokens({ model: 'm', input: 1_000, cachedInput: 400, output: 7 }); }, { tool: 't' });

    expect(costs(rest)).toEqual([710]);
  });

  it('D-32: adds up what is recorded inside the tool and what the result says', async () => {
    const { container, ...rest } = house(1);
    const tool = enforce(async function both() { recordCost(0.25); return 0.5; }, { container, cost: { reserve: 0.6, settle: (usd: number) => usd } });
    await tool();

    expect(costs(rest)).toEqual([750_000]);
    expect(await attempt(() => enforce(async function rest2() { return 'fits'; }, { container, cost: 0.25 })())).toBe('fits');
    expect(await attempt(() => enforce(async function rest3() { return 'fits'; }, { container, cost: 0.000001 })())).toBe('COST_LIMIT');
  });

  it.each<readonly [string, CostOption]>([
    ['NaN', () => Number.NaN],
    ['a negative amount', () => -1],
    ['Infinity', () => Infinity],
    ['a text', (() => '1') as unknown as CostOption],
    ['a promise', (async () => 1) as unknown as CostOption],
    ['nothing', (() => undefined) as unknown as CostOption],
    ['an unknown model', () => ({ model: '__proto__', input: 1 })],
    ['half a token', () => ({ model: 'm', input: 0.5 })],
    ['fewer than no tokens', () => ({ model: 'm', input: 5, cachedInput: 9 })],
    ['a function that throws', () => { throw new Error('secret 4111111111111111'); }],
  ])('blocks a call whose price before it is %s, and tells nothing of its arguments', async (_what, cost) => {
    const { container, auditor } = house(1);
    let ran = 0;

    const error = await enforce(async function pay(_secret: string) { ran += 1; }, { container, cost })('hunter2').then(() => undefined, (thrown: unknown) => thrown);

    expect([codeOf(error), ran, auditor.calls.length]).toEqual(['COST_INVALID', 0, 1]);
    expect((error as Error).message).not.toMatch(/hunter2|4111/);
  });

  it('withholds the result of a call whose price afterwards is none, and counts what was set aside', async () => {
    const { container, auditor } = house(1);
    const tool = enforce(async function pay() { return 'secret result'; }, { container, cost: { reserve: 0.5, settle: () => Number.NaN } });

    expect([await attempt(tool), await attempt(tool), await attempt(tool)]).toEqual(['COST_INVALID', 'COST_INVALID', 'COST_LIMIT']);
    expect(auditor.calls.map(({ cost_micro_usd: micros, outcome }) => [micros, outcome])).toEqual([[500_000, 'enforcement_error'], [500_000, 'enforcement_error'], [0, 'blocked']]);
  });

  it('of a stream is what was set aside: its result is not there to be asked', async () => {
    const { container, ...rest } = house(1);
    const tool = enforce(async function* words() { yield 'a'; recordCost(0.25); yield 'b'; }, { container, cost: { reserve: 0.1, settle: () => { throw new Error('not asked'); } } });
    const words: unknown[] = [];
    for await (const word of tool()) words.push(word);

    expect([words, costs(rest)]).toEqual([['a', 'b'], [350_000]]);
  });

  it('of a failed call is what was set aside, of a blocked one nothing', async () => {
    const { container, ...rest } = house(1, { denied_tools: ['no'] });
    await attempt(enforce(async function fails() { throw new Error('x'); }, { container, cost: { reserve: 0.1, settle: () => 0 } }));
    await attempt(enforce(async function no() { return 1; }, { container, cost: () => 0.1 }));

    expect(costs(rest)).toEqual([100_000, 0]);
  });

  it('is the same sum in whichever order calls overlap, and never above the budget', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ reserve: fc.integer({ min: 0, max: 60 }), settle: fc.integer({ min: 0, max: 60 }), ticks: fc.nat({ max: 4 }) }), { maxLength: 12 }), async (calls) => {
        const { container, ...rest } = house(0.0001);
        await Promise.all(
          calls.map(({ reserve, settle, ticks }) =>
            attempt(
              enforce(
                async function spend() {
                  for (let i = 0; i < ticks; i += 1) await Promise.resolve();
                  return Math.min(settle, reserve) / 1e6;
                },
                { container, cost: { reserve: reserve / 1e6, settle: (usd: number) => usd } },
              ),
            ),
          ),
        );

        expect(costs(rest).reduce<number>((sum, micros) => sum + Number(micros), 0)).toBeLessThanOrEqual(100);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the setting priceFile', () => {
  const file = (text: string): string => {
    const path = join(tempFolder(), 'prices.yaml');
    writeFileSync(path, text);
    return path;
  };
  const withFile = (text: string): EnforceContainer => createContainer({ policy: Policy.from({ name: 'p' }), settings: { priceFile: file(text) }, environment: {} });

  it('is read when the container is made', () => {
    const container = withFile('models:\n  m: { input_usd_per_million: 1, output_usd_per_million: 2 }\n  __proto__: { input_usd_per_million: 3, output_usd_per_million: 4 }\n');

    expect([container.get(PriceTable).price('m'), container.get(PriceTable).price('__proto__')?.inputUsd, container.get(PriceTable).price('constructor')]).toEqual([
      { inputUsd: 1, outputUsd: 2 }, 3, undefined,
    ]);
  });

  it.each(['', 'models: {}', 'models: { m: { input_usd_per_million: -1, output_usd_per_million: 1 } }', 'models: { m: { input_usd_per_million: 1 } }', 'models: { m: { input: 1 } }', 'models: [', '\0'])('refuses %j at the start', (text) => {
    expect(() => withFile(text)).toThrow(expect.objectContaining({ code: 'SETTINGS' }));
  });
});

describe('amounts that are none', () => {
  const rejected: unknown[] = [];
  const onRejection = (reason: unknown): void => { rejected.push(reason); };

  it.each([
    ['a cost function', async (): Promise<never> => Promise.reject(new Error('boom')), undefined],
    ['a settling function', { settle: async (): Promise<never> => Promise.reject(new Error('boom')) }, undefined],
    ['a price table', { reserve: { model: 'm', input: 1 } }, async (): Promise<never> => Promise.reject(new Error('boom'))],
  ])('as promises of %s are refused, and their rejection ends nothing', async (_what, cost, price) => {
    const { container } = house(10);
    if (price !== undefined) container.rebind(PriceTable).toConstantValue({ price } as never); // what no table may answer
    process.on('unhandledRejection', onRejection);

    const error = await new Enforcer(undefined, { container }).run(async () => 1, { tool: 't', cost: cost as never }).catch((thrown: unknown) => thrown); // as above
    await new Promise(setImmediate);
    process.off('unhandledRejection', onRejection);

    expect(error).toMatchObject({ code: 'COST_INVALID', message: expect.stringContaining('got a promise') });
    expect(rejected).toEqual([]);
  });

  it.each([null, 'x', {}, { inputUsd: -1, outputUsd: 1 }, { inputUsd: Number.NaN, outputUsd: 0 }, { inputUsd: '5', outputUsd: '2' }, { inputUsd: 5n, outputUsd: 1n }, { inputUsd: 1, outputUsd: 1, cachedInputUsd: null }])(
    'as a price table may answer are refused wherever they are asked for (%#)',
    async (answer) => {
      const { container } = house(10);
      container.rebind(PriceTable).toConstantValue({ price: () => answer } as never); // what no table may answer
      const enforcer = new Enforcer(undefined, { container });
      const usage = { model: 'm', input: 5, output: 5 };

      const outcomes = [
        await attempt(() => enforcer.run(async () => 1, { tool: 't', cost: { reserve: usage } })),
        await attempt(() => enforcer.run(async () => 1, { tool: 't', cost: { settle: () => usage } })),
        await attempt(() => enforcer.run(async () => { recordTokens(usage); }, { tool: 't' })),
      ];

      expect(outcomes).toEqual(['COST_INVALID', 'COST_INVALID', 'COST_INVALID']);
    },
  );
});
