import { describe, expect, it } from '@jest/globals';
import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsDate, IsEmail, IsInt, IsOptional, IsString, Max, MaxLength, ValidateBy, ValidateNested } from 'class-validator';
import { attach, currentCall, Enforce, runInContainer } from '@enforcecore/core';
import { defineTool, jsonSchema, refusalOf, Tool, toolInput, ToolInputError, toolsOf, type EnforcedTool, type ToolInput } from '@enforcecore/core/tools';
import { errorOf, houseWith } from './kit.js';

class Person {
  @IsEmail() address!: string;
  @IsOptional() @IsDate() @Type(() => Date) since?: Date;
  label(): string {
    return `<${this.address}>`;
  }
}
class Mail {
  @ValidateNested() @Type(() => Person) to!: Person;
  @IsString() @MaxLength(100) body!: string;
  @IsOptional() @IsInt() @Max(3) copies?: number;
}

class MailTools {
  readonly sent: unknown[] = [];

  @Tool({ description: 'Sends a mail' })
  @Enforce({ tool: 'Send_Mail' })
  send(mail: Mail): string {
    this.sent.push(mail);
    return `${mail.to.label()} ${String(mail instanceof Mail)} ${String(Object.isFrozen(mail.to))}`;
  }
}

const given = { to: { address: 'ann@example.com' }, body: 'hello' };
const settings = (message: string): unknown => expect.objectContaining({ code: 'SETTINGS', message: expect.stringContaining(message) });
const only = (instance: object): EnforcedTool => toolsOf(instance)[0] as EnforcedTool; // each has one

describe('a tool whose parameter is a class', () => {
  it('gets an instance of it, frozen all the way down', async () => {
    const tools = attach(new MailTools(), houseWith().container);

    expect(tools.send({ ...given } as Mail)).toBe('<ann@example.com> true true');
    await expect(only(tools).call(given)).resolves.toBe('<ann@example.com> true true');
  });

  it('has the name that policies know, in its canonical form', () => {
    expect(only(new MailTools()).name).toBe('send_mail');
  });

  it('is decided by what it will get (L5)', async () => {
    const { container, auditor } = houseWith({ tools: { send_mail: { args: { copies: { type: 'integer', max: 1 } }, extra_args: 'allow' } } });
    const tools = attach(new MailTools(), container);

    await expect(only(tools).call({ ...given, copies: 2 })).rejects.toMatchObject({ code: 'ARGUMENT_VIOLATION' });
    await expect(only(tools).call({ ...given, copies: '2' })).rejects.toMatchObject({ code: 'TOOL_INPUT' });
    await expect(only(tools).call({ ...given, copies: 1 })).resolves.toEqual(expect.any(String));
    expect(auditor.calls.map(({ outcome }) => outcome)).toEqual(['blocked', 'blocked', 'ok']);
  });

  it('keeps its classes where arguments are redacted', async () => {
    const { container } = houseWith({ pii_redaction: { categories: ['email', 'phone'] }, redact_output: false });
    const tools = attach(new MailTools(), container);

    await expect(only(tools).call({ ...given, body: 'call +1 212 555 0143' })).resolves.toMatch(/^<<EMAIL>> true/);
    expect((tools.sent[0] as Mail).body).toBe('call <PHONE>');
  });

  it('refuses with an error that a model can act on, which holds no value', async () => {
    const secret = 'sk-geheim-4711';
    const tools = attach(new MailTools(), houseWith().container);
    const error = await errorOf(() => only(tools).call({ to: { address: secret }, body: secret.repeat(10), [secret]: 1 }));

    expect(error).toBeInstanceOf(ToolInputError);
    expect(refusalOf(error)).toMatchObject({ code: 'TOOL_INPUT', mayHaveRun: false });
    expect((error as ToolInputError).message).toBe(
      'the arguments of "send_mail" do not fit its input: they must not have the unknown key sk-geheim-4711; known are to, body, copies; to.address must be an email address; ' +
        'body must have at most 100 characters; call it again with arguments that fit',
    );
  });

  it.each([
    ['an accessor', () => Object.defineProperty({ body: 'x' }, 'to', { enumerable: true, get: () => { throw new Error('no'); } })],
    ['a proxy', () => new Proxy({ ...given }, {})],
    ['a circle', () => { const a: Record<string, unknown> = { ...given }; a['to'] = a; return a; }],
    ['a function', () => ({ ...given, body: () => 'x' })],
    ['too much text', () => ({ ...given, body: 'x'.repeat(11 * 2 ** 20) })],
  ])('refuses %s before anything reads it', async (_what, make) => {
    const { container, auditor } = houseWith();
    const tools = attach(new MailTools(), container);

    await expect(only(tools).call(make())).rejects.toMatchObject({ code: expect.stringMatching(/^INPUT_/) });
    expect(tools.sent).toEqual([]);
    expect(auditor.entries).toHaveLength(1);
  });

  it.each([new Map([['to', given.to]]), new Date(0), new URL('https://example.com'), new Error('x'), Buffer.from('x')])('refuses %p, whose content nothing would check', (value) => {
    class Loose { @IsOptional() @IsString() body?: string; }
    class LooseTools { @Tool({ description: 'x' }) @Enforce() act(_args: Loose): string { return 'ran'; } }

    expect(() => attach(new LooseTools(), houseWith().container).act(value as unknown as Loose)).toThrow(expect.objectContaining({ code: 'TOOL_INPUT' }));
  });

  it('refuses wrong arguments also where the policy only monitors', async () => {
    const { container, auditor } = houseWith({}, {}, { mode: 'monitor' });

    await expect(only(attach(new MailTools(), container)).call({ ...given, body: 1 })).rejects.toMatchObject({ code: 'TOOL_INPUT' });
    expect(auditor.calls.map(({ outcome }) => outcome)).toEqual(['blocked']);
  });

  it('hands on to the method that it overrides', () => {
    class Loud extends MailTools {
      @Tool({ description: 'Sends a mail loudly' })
      @Enforce()
      override send(mail: Mail): string {
        return super.send(mail).toUpperCase();
      }
    }

    expect(attach(new Loud(), houseWith().container).send(given as Mail)).toBe('<ANN@EXAMPLE.COM> TRUE TRUE');
  });
});

describe('toolsOf', () => {
  it('lists inherited tools, the nearest of each name', () => {
    class More extends MailTools {
      @Tool({ description: 'Lists' }) @Enforce() list(): string { return ''; }
    }

    expect(toolsOf(new More()).map(({ name }) => name)).toEqual(['list', 'send_mail']);
  });

  it('refuses a tool that nothing enforces', () => {
    class Bare { @Tool({ description: 'Does' }) act(): void { /* nothing */ } }

    expect(() => toolsOf(new Bare())).toThrow(expect.objectContaining({ code: 'NOT_ENFORCED', message: expect.stringContaining('Bare.act') }));
  });

  it('refuses an override that is no tool, and so does its container', () => {
    class Unenforced extends MailTools { override send(): string { return ''; } }
    class Undeclared extends MailTools { @Enforce() override send(): string { return ''; } }

    for (const type of [Unenforced, Undeclared]) {
      const refused = expect.objectContaining({ code: 'NOT_ENFORCED', message: expect.stringContaining(`${type.name}.send`) });
      expect(() => toolsOf(new type())).toThrow(refused);
      expect(() => attach(new type(), houseWith().container)).toThrow(refused);
    }
  });

  it('refuses two tools of one name, and an object with none', () => {
    class Twice {
      @Tool({ description: 'One' }) @Enforce({ tool: 'act' }) one(): void { /* nothing */ }
      @Tool({ description: 'Two' }) @Enforce({ tool: 'ACT' }) two(): void { /* nothing */ }
    }

    expect(() => toolsOf(new Twice())).toThrow(settings('two tools named "act"'));
    expect(() => toolsOf({})).toThrow(settings('has no tools'));
    expect(() => toolsOf(new Proxy(new MailTools(), {}))).toThrow(settings('has no tools'));
  });

  it('lists the static tools of a class', async () => {
    // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- its static method is the tool
    class Clock { @Tool({ description: 'Tells the time' }) @Enforce() static now(): string { return currentCall()?.tool ?? ''; } }
    const { container } = houseWith();

    await expect(runInContainer(container, () => only(Clock).call({}))).resolves.toBe('now');
  });

  it('runs no getter of the instance', () => {
    class Lazy extends MailTools { get connection(): never { throw new Error('not connected'); } }

    expect(toolsOf(new Lazy())).toHaveLength(1);
  });
});

describe('@Tool', () => {
  const define = (options: Parameters<typeof Tool>[0], method: (...args: never[]) => unknown = () => 1): (() => void) => () => {
    Tool(options)({}, 'act', { value: method });
  };

  it.each([
    ['a missing description', { description: undefined }, 'missing'],
    ['an empty one', { description: ' \n' }, 'empty'],
    ['a long one', { description: 'x'.repeat(4_097) }, '4097 characters'],
    ['one that is not Unicode', { description: 'a\uD800' }, 'lone surrogate'],
    ['one that turns text round', { description: 'a\u202Eb' }, 'U+202E'],
    ['one with hidden tags', { description: 'a\u{E0041}\u{E0042}' }, 'U+E0041'],
    ['one with a zero-width space', { description: 'a\u200Bb' }, 'U+200B'],
    ['one with control characters', { description: 'a\u001b[2Jb' }, 'U+001B'],
    ['one with hidden selectors', { description: 'a\u{E0101}' }, 'U+E0101'],
    ['an invisible title', { description: 'x', title: '\u2066x' }, 'U+2066'],
  ])('refuses %s', (_what, options, message) => {
    expect(define(options as Parameters<typeof Tool>[0])).toThrow(settings(message));
  });

  it('takes what people write: lines, accents, Persian, emoji', () => {
    expect(define({ description: 'Ünïcode\n\tنمی‌خواهم 👩‍👩‍👧 ✔️ 1️⃣ 日本語' })).not.toThrow();
  });

  it('refuses what it cannot stand on', () => {
    const decorate = Tool({ description: 'x' }) as unknown as (target: object, key: string, descriptor?: PropertyDescriptor) => void;

    expect(() => { decorate({}, 'field'); }).toThrow(settings('"field" is none'));
    expect(() => { decorate({}, 'getter', { get: () => 1 }); }).toThrow(settings('"getter" is none'));
    expect(define({ description: 'x' }, (_a: never, _b: never) => 1)).toThrow(settings('2 parameters'));
    expect(define({ description: 'x' }, (_a: never) => 1)).toThrow(settings('does not tell what it takes'));
  });

  it('refuses a second one on a method, and unchecked parameters', () => {
    const once = (): void => undefined;
    define({ description: 'x' }, once)();

    expect(define({ description: 'x' }, once)).toThrow(settings('one tool'));
    expect(() => {
      class Opaque {
        @Tool({ description: 'x', input: jsonSchema({ type: 'object' }) }) @Enforce({ opaque: [0] }) act(_args: object): void { /* nothing */ }
      }
      return Opaque;
    }).toThrow(settings('opaque'));
  });
});

describe('a check that takes time', () => {
  const isFree = ValidateBy({ name: 'isFree', validator: { validate: (value) => Promise.resolve(value === 'free') } });
  class Seat { @isFree seat!: string; }
  class Seats {
    ran = 0;
    @Tool({ description: 'Books' }) @Enforce() async book(seat: Seat): Promise<string> { this.ran += 1; return Promise.resolve(seat.constructor.name); }
    @Tool({ description: 'Books now' }) @Enforce() now(seat: Seat): string { this.ran += 1; return seat.seat; }
  }

  it('is waited for where the tool may wait', async () => {
    const { container, auditor } = houseWith();
    const seats = attach(new Seats(), container);
    const [book, now] = toolsOf(seats);

    await expect(seats.book({ seat: 'free' })).resolves.toBe('Seat');
    await expect(seats.book({ seat: 'taken' })).rejects.toMatchObject({ code: 'TOOL_INPUT', toolName: 'book' });
    await expect(book?.call({ seat: 'taken' })).rejects.toMatchObject({ code: 'TOOL_INPUT' });
    await expect(now?.call({ seat: 'free' })).resolves.toBe('free');
    expect(seats.ran).toBe(2);
    expect(auditor.calls.map(({ outcome }) => outcome)).toEqual(['ok', 'blocked', 'blocked', 'ok']);
  });

  it('blocks a synchronous call (L6), and leaves no rejection unhandled', async () => {
    const { container, auditor } = houseWith();
    const seats = attach(new Seats(), container);

    expect(() => seats.now({ seat: 'free' })).toThrow(expect.objectContaining({ code: 'ASYNC_SERVICE' }));
    expect(() => seats.now({ seat: 'taken' })).toThrow(expect.objectContaining({ code: 'ASYNC_SERVICE' }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(seats.ran).toBe(0);
    expect(auditor.entries).toHaveLength(2);
  });

  it('ends with the time that the call has', async () => {
    const never: ToolInput = { schema: { type: 'object' }, read: () => new Promise(() => undefined) };
    const { container, auditor } = houseWith();
    const tool = defineTool({ name: 'slow', description: 'x', input: never, timeoutMs: 20, container, execute: () => 1 });

    await expect(tool.call({})).rejects.toMatchObject({ code: 'TIMEOUT' });
    await expect(tool.call({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(auditor.entries).toHaveLength(2);
  });
});

describe('a tool behind a wall', () => {
  it('gets what was checked as plain data, since classes do not cross', async () => {
    const { container } = houseWith({ sandbox: { strategy: 'worker' } });
    const module = new URL('fixtures/sandbox/plain.mjs', import.meta.url).href;
    const { echo } = (await import(module)) as { readonly echo: (given: unknown) => Promise<unknown> }; // plain JavaScript
    const tool = defineTool({ name: 'echo', description: 'Gives back', input: Mail, sandbox: { level: 'worker', module }, container, execute: echo });

    await expect(tool.call({ ...given, to: { address: 'x' } })).rejects.toMatchObject({ code: 'TOOL_INPUT' });
    const got = await tool.call({ ...given, to: { ...given.to, since: '2030-01-31' } });
    await container.close();

    expect(got).toEqual({ ...given, to: { ...given.to, since: new Date('2030-01-31') } });
    expect(got).not.toBeInstanceOf(Mail);
  });
});

describe('an input of one’s own', () => {
  it('blocks where it fails by itself, and where it makes what is no data', async () => {
    const { container, auditor } = houseWith();
    const reading = (read: ToolInput['read']): Promise<unknown> => defineTool({ name: 'own', description: 'x', input: { schema: { type: 'object' }, read }, container, execute: () => 'ran' }).call({});

    await expect(reading(() => { throw new Error('broken'); })).rejects.toMatchObject({ code: 'GUARD' });
    await expect(reading(() => new Proxy({}, {}))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(reading(() => { throw new ToolInputError([{ path: 'a', expected: 'must be\u202E small' }]); })).rejects.toMatchObject({ issues: [{ path: 'a', expected: 'must be\uFFFD small' }] });
    await expect(reading(() => ({ made: 1 }))).resolves.toBe('ran');
    expect(auditor.calls.map(({ outcome }) => outcome)).toEqual(['enforcement_error', 'blocked', 'blocked', 'ok']);
  });

  it.each([undefined, null, 5, 'x', {}, { schema: {} }, class Plain { readonly a = 1; }])('is no %s', (source) => {
    expect(() => toolInput(source as never)).toThrow(expect.objectContaining({ code: 'SETTINGS' }));
  });
});

describe('defineTool', () => {
  it('makes an enforced tool of a function', async () => {
    const { container, auditor } = houseWith({ denied_tools: ['drop'] });
    const add = defineTool({ name: 'Add', description: 'Adds', input: jsonSchema({ type: 'object', properties: { a: { type: 'number' } }, required: ['a'] }), container, execute: ({ a }: { a: number }) => a + 1 });
    const drop = defineTool({ name: 'drop', description: 'Drops', container, execute: () => 'dropped' });

    await expect(add.call({ a: 1 }, { agent: 'ann' })).resolves.toBe(2);
    await expect(add.call({})).rejects.toMatchObject({ code: 'TOOL_INPUT' });
    await expect(drop.call({})).rejects.toMatchObject({ code: 'TOOL_DENIED' });
    expect(auditor.calls.map(({ tool_name: tool, agent, outcome }) => `${tool} ${String(agent)} ${outcome}`)).toEqual(['add ann ok', 'add null blocked', 'drop null blocked']);
    expect(Object.isFrozen(add)).toBe(true);
  });

  it('makes two tools of one function', async () => {
    const { container } = houseWith();
    const same = (): string | undefined => currentCall()?.tool;
    const tools = ['one', 'two'].map((name) => defineTool({ name, description: name, container, execute: same }));

    await expect(Promise.all(tools.map((tool) => tool.call({})))).resolves.toEqual(['one', 'two']);
  });

  it('refuses a name that policies cannot know, and a function of two parameters', () => {
    expect(() => defineTool({ name: 'a b', description: 'x', execute: () => 1 })).toThrow(expect.objectContaining({ code: 'TOOL_NAME' }));
    expect(() => defineTool({ name: 'a', description: 'x', execute: ((_a: object, _b: object) => 1) as never })).toThrow(settings('2 parameters'));
  });
});
