import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import 'reflect-metadata';
import { attach, currentCall, Enforce, EnforceCoreError, runInContainer, ToolDeniedError } from '@enforcecore/core';
import type * as Fixture from './fixtures/src/tools.js';
import { errorOf, houseWith, type TestHouse } from './kit.js';

const dialects = ['legacy', 'standard'] as const;

describe.each(dialects)('@Enforce in the %s decorator dialect', (dialect) => {
  let fixture: typeof Fixture;
  let house: TestHouse;

  beforeAll(async () => {
    const compiled = new URL(`./fixtures/${dialect}/dist/tools.js`, import.meta.url);
    if (!existsSync(compiled)) throw new Error('the decorator fixtures are not compiled: npm run build');
    fixture = (await import(compiled.href)) as typeof Fixture;
  });

  beforeEach(() => {
    house = houseWith({ denied_tools: ['forbidden'] });
    house.container.bind(fixture.Tools).toDynamicValue(() => new fixture.Tools());
  });

  const tools = (): Fixture.Tools => house.container.get(fixture.Tools);

  it('returns the value of a synchronous method as a value', () => {
    expect(tools().add(2, 3)).toBe(5);
  });

  it('returns the promise of an asynchronous method as a promise, with its this and private fields', async () => {
    const promise = tools().later('you');

    expect(promise).toBeInstanceOf(Promise);
    await expect(promise).resolves.toBe('hello you');
  });

  it('follows a generator to its end and keeps its return value', () => {
    const iterator = tools().count(2);

    expect([iterator.next(), iterator.next(), iterator.next()]).toEqual([
      { value: 0, done: false },
      { value: 1, done: false },
      { value: 'counted', done: true },
    ]);
    expect(house.auditor.calls.map(({ outcome }) => outcome)).toEqual(['ok']);
  });

  it('follows an async generator to its end', async () => {
    const seen: number[] = [];
    for await (const tick of tools().tick(3)) seen.push(tick);

    expect(seen).toEqual([0, 1, 2]);
    expect(house.auditor.entries).toHaveLength(1);
  });

  it('enforces static methods, in the container of the scope', () => {
    expect(runInContainer(house.container, () => fixture.Tools.shout('hi'))).toBe('HI');
    expect(house.auditor.entries[0]).toMatchObject({ tool_name: 'shout' });
  });

  it('never runs a denied method', () => {
    const instance = tools();

    expect(() => instance.innocent()).toThrow(ToolDeniedError);
    expect(instance.ran).toEqual([]);
  });

  it('keeps name and length', () => {
    expect(fixture.Tools.prototype.add.name).toBe('add');
    expect(fixture.Tools.prototype.add).toHaveLength(2);
  });

  it('names positional arguments by params', () => {
    expect(tools().named('ann', 'hello')).toEqual({ to: 'ann', subject: 'hello' });
  });

  it('waits for the promise of a method that is not declared async', async () => {
    const instance = tools();

    expect(instance.promised(0)).toBe(0);
    await expect(instance.promised(4)).resolves.toBe(4);
    expect(house.auditor.entries).toHaveLength(2);
  });

  it("passes on a tool's own error", async () => {
    await expect(tools().fails()).rejects.toThrow(new RangeError('the tool failed'));
    expect(house.auditor.entries[0]).toMatchObject({ outcome: 'tool_error', decision: 'allowed', error_class: 'RangeError' });
  });

  it('records a call to super as a call inside the call', () => {
    const child = attach(new fixture.Child(), house.container);

    expect(child.add(1, 2)).toBe(30);
    const [inner, outer] = house.auditor.entries;
    expect(inner).toMatchObject({ depth: 2, parent_call_id: outer?.call_id });
  });

  it('refuses an instance that overrides an enforced method without @Enforce', async () => {
    const error = await errorOf(() => attach(new fixture.BareOverride(), house.container));

    expect(error).toMatchObject({ code: 'NOT_ENFORCED', message: expect.stringContaining('BareOverride.add') });
  });

  it('leaves no way to the original method', () => {
    const wrapper = fixture.Tools.prototype.innocent as object;
    const reachable = Reflect.ownKeys(wrapper).map((key) => (Reflect.getOwnPropertyDescriptor(wrapper, key)?.value as unknown));

    expect(reachable.filter((value) => typeof value === 'function')).toEqual([]);
  });
});

describe('@Enforce', () => {
  it('keeps Reflect metadata that other decorators put on the method, below and above it', () => {
    const { container } = houseWith();
    class Annotated {
      @Reflect.metadata('above', 1)
      @Enforce()
      @(((_target: object, _key: string, descriptor: PropertyDescriptor) => {
        Reflect.defineMetadata('below', 2, descriptor.value as object);
      }))
      tool(): string | undefined {
        return currentCall()?.tool;
      }
    }

    expect(attach(new Annotated(), container).tool()).toBe('tool');
    expect(Reflect.getMetadata('above', Annotated.prototype, 'tool')).toBe(1);
    expect(Reflect.getMetadata('below', Annotated.prototype.tool)).toBe(2);
    expect(Reflect.getMetadata('design:returntype', Annotated.prototype, 'tool')).toBeDefined();
  });

  it('refuses what is no method, where the class is defined', () => {
    const decorate = Enforce() as unknown as (target: object, key: string, descriptor?: PropertyDescriptor) => void;

    expect(() => {
      decorate({}, 'field');
    }).toThrow(EnforceCoreError);
  });

  it('refuses a tool name that no policy could name, where the class is defined', () => {
    const decorate = Enforce({ tool: 'two words' }) as unknown as (t: object, k: string, d: PropertyDescriptor) => void;

    expect(() => {
      decorate({}, 'method', { value: () => undefined });
    }).toThrow(expect.objectContaining({ code: 'TOOL_NAME' }));
  });
});
