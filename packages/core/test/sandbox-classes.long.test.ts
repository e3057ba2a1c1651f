import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { attach } from '../src/index.js';
import { errorOf, houseWith } from './kit.js';
import { closeHouses, fixture, sandboxHouse } from './sandbox.test.kit.js';

interface Counter {
  add(by: number): Promise<number>;
  upTo(last: number): AsyncGenerator<number>;
  callsAdd(): Promise<number>;
}
interface Classes {
  readonly Counter: (new () => Counter) & { describe(): Promise<string> };
  readonly Doubling: new () => Counter;
  readonly Greeter: new (words: object) => { greet(name: string): Promise<string> };
  readonly Needy: new (words: object) => { ask(): Promise<unknown> };
  readonly Plain: new () => { stays(): Promise<string> };
}

let classes: Classes;

beforeAll(async () => {
  classes = await fixture('classes.mjs');
});

afterAll(closeHouses);

describe('a method of a decorated class', () => {
  it('runs on an object that the child made, the same for all calls of a worker (D-35)', async () => {
    const { inside, auditor } = sandboxHouse();
    const counter = new classes.Counter();

    const sums = [await inside(() => counter.add(2)), await inside(() => counter.add(3))];
    const items: number[] = [];
    for await (const item of inside(() => counter.upTo(3))) items.push(item);

    expect(sums).toEqual([2, 5]);
    expect(items).toEqual([6, 8, 11]);
    expect(auditor.calls.map(({ tool_name: name, sandbox, outcome }) => [name, sandbox, outcome])).toEqual([
      ['add', 'worker', 'ok'],
      ['add', 'worker', 'ok'],
      ['up_to', 'worker', 'ok'],
    ]);
  });

  it('may be a method of the class itself', async () => {
    const { inside } = sandboxHouse();

    expect(await inside(() => classes.Counter.describe())).toBe('counts');
  });

  it('has its dependencies from the modules that its own module exports', async () => {
    const { inside } = sandboxHouse();
    const greeter = new classes.Greeter({ hello: 'hello from outside' });

    expect(await inside(() => greeter.greet('Ann'))).toBe('hello from inside, Ann');
  });

  it('is refused, with what to write, when the child lacks a dependency', async () => {
    const { inside, auditor } = sandboxHouse();

    const error = await errorOf(() => inside(() => new classes.Needy({}).ask()));

    expect(error).toMatchObject({ code: 'SANDBOX', message: expect.stringContaining('sandboxModules') });
    expect(auditor.calls).toHaveLength(1);
  });

  it('calls no other enforced method inside, by this or by super', async () => {
    const { inside } = sandboxHouse();

    const byThis = await errorOf(() => inside(() => new classes.Counter().callsAdd()));
    const bySuper = await errorOf(() => inside(() => new classes.Doubling().add(1)));

    expect(byThis).toMatchObject({ message: expect.stringContaining('no enforced calls') });
    expect(bySuper).toMatchObject({ message: expect.stringContaining('no enforced calls') });
  });

  it('that cannot be moved is refused when its object is attached to a container whose policy demands it', () => {
    const { container } = houseWith({ sandbox: { strategy: 'worker' } });
    const { container: open } = houseWith();

    expect(() => attach(new classes.Plain(), container)).toThrow('import.meta.url');
    expect(() => attach(new classes.Counter(), container)).not.toThrow();
    expect(() => attach(new classes.Plain(), open)).not.toThrow();
  });
});
