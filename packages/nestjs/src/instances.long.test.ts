import { Enforce, enforcedMethodsOf, Policy, currentCall } from '@enforcecore/core';
import { MemoryAuditor } from '@enforcecore/core/testing';
import { Auditor } from '@enforcecore/core';
import { forwardRef, Inject, Injectable, Module, Scope, type MiddlewareConsumer, type NestModule, type OnModuleInit } from '@nestjs/common';
import { ContextIdFactory, LazyModuleLoader, ModuleRef } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import { EnforceModule } from './index.js';
import { enforcing, MailTools, policy } from './nest.test.kit.js';

@Injectable({ scope: Scope.REQUEST })
class RequestTools extends MailTools {}

@Injectable({ scope: Scope.TRANSIENT })
class TransientTools extends MailTools {}

describe('the instances of an application', () => {
  it('enforces inherited methods', async () => {
    @Injectable()
    class Inheriting extends MailTools {}
    const { builder, auditor } = enforcing({}, [Inheriting]);
    const app = await builder.compile();

    await app.get(Inheriting).send('x');

    expect(auditor.calls).toHaveLength(1);
    await app.close();
  });

  it('enforces every request-scoped instance, outside of any request as well', async () => {
    const { builder, auditor } = enforcing({}, [RequestTools]);
    const app = await builder.compile();
    const made = await Promise.all([1, 2, 3].map(() => app.resolve(RequestTools, ContextIdFactory.create())));

    await Promise.all(made.map((tools, i) => tools.send(String(i))));
    const refused = await Promise.allSettled(made.map((tools) => tools.erase()));

    expect(new Set(made).size).toBe(3);
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(auditor.calls.map(({ tool_name }) => tool_name)).toEqual(['send', 'send', 'send', 'erase', 'erase', 'erase']);
    await app.close();
  });

  it('enforces a provider that is made for each request because of what it injects', async () => {
    @Injectable()
    class Desk {
      constructor(@Inject(RequestTools) readonly tools: RequestTools) {}
      @Enforce()
      async read(): Promise<string> {
        return this.tools.send('from the desk');
      }
    }
    const { builder, auditor } = enforcing({}, [RequestTools, Desk]);
    const app = await builder.compile();

    const desk = await app.resolve(Desk, ContextIdFactory.create());
    const read = await desk.read();

    expect(read).toBe('sent from the desk');
    expect(auditor.calls.map(({ tool_name, depth }) => [tool_name, depth])).toEqual([['send', 2], ['read', 1]]);
    await app.close();
  });

  it('enforces every transient instance: of singletons, of request-scoped ones, and resolved by hand', async () => {
    @Injectable()
    class A {
      constructor(@Inject(TransientTools) readonly tools: TransientTools) {}
    }
    @Injectable()
    class B {
      constructor(@Inject(TransientTools) readonly tools: TransientTools) {}
    }
    @Injectable({ scope: Scope.REQUEST })
    class C {
      constructor(@Inject(TransientTools) readonly tools: TransientTools) {}
    }
    const { builder, auditor } = enforcing({}, [TransientTools, A, B, C]);
    const app = await builder.compile();
    const all = [app.get(A).tools, app.get(B).tools, (await app.resolve(C, ContextIdFactory.create())).tools, await app.resolve(TransientTools)];

    await Promise.all(all.map((tools) => tools.send('x')));

    expect(new Set(all).size).toBe(4);
    expect(auditor.calls).toHaveLength(4);
    await app.close();
  });

  it('enforces what factories and values are, aliases of them, and what a promise becomes', async () => {
    @Injectable()
    class Waiting {
      constructor(@Inject('promised') readonly mail: MailTools) {}
    }
    const value = new MailTools();
    const auditor = new MemoryAuditor();
    const inner = await Test.createTestingModule({
      imports: [EnforceModule.forRoot({ policy, environment: {} })],
      providers: [
        { provide: 'value', useValue: value },
        { provide: 'factory', useFactory: async () => Promise.resolve(new MailTools()) },
        { provide: 'alias', useExisting: 'factory' },
        { provide: 'each', scope: Scope.REQUEST, useFactory: () => new MailTools() },
        { provide: 'promised', useValue: Promise.resolve(new MailTools()) },
        Waiting,
      ],
    })
      .overrideProvider(Auditor)
      .useValue(auditor)
      .compile();

    for (const token of ['value', 'factory', 'alias']) await inner.get<MailTools>(token).send(token);
    await inner.get(Waiting).mail.send('promised');
    await (await inner.resolve<MailTools>('each', ContextIdFactory.create())).send('each');

    expect(auditor.calls).toHaveLength(5);
    await inner.close();
  });

  it('enforces instances that depend on each other', async () => {
    @Injectable()
    class Left {
      constructor(@Inject(forwardRef(() => Right)) readonly right: unknown) {}
      @Enforce()
      async send(): Promise<string> {
        return 'left';
      }
    }
    @Injectable()
    class Right {
      constructor(@Inject(forwardRef(() => Left)) readonly left: Left) {}
      @Enforce()
      async read(): Promise<string> {
        return this.left.send();
      }
    }
    const { builder, auditor } = enforcing({}, [Left, Right]);
    const app = await builder.compile();

    await app.get(Right).read();

    expect(auditor.calls.map(({ tool_name }) => tool_name)).toEqual(['send', 'read']);
    await app.close();
  });

  it('enforces what moduleRef.create() makes', async () => {
    const { builder, auditor } = enforcing();
    const app = await builder.compile();

    const made = await app.get(ModuleRef).create(MailTools);
    await made.send('x');

    expect(made).not.toBe(app.get(MailTools));
    expect(auditor.calls).toHaveLength(1);
    await app.close();
  });

  it('enforces the providers of a module that is loaded later, and refuses bare overrides there', async () => {
    @Module({ providers: [MailTools] })
    class Late {}
    @Injectable()
    class Bare extends MailTools {
      override async erase(): Promise<void> {
        await Promise.resolve();
      }
    }
    @Module({ providers: [Bare] })
    class Bad {}
    const { builder, auditor } = enforcing({}, []);
    const app = await builder.compile();
    const loader = app.get(LazyModuleLoader);

    const late = await loader.load(() => Late);
    await late.get(MailTools).send('x');

    expect(auditor.calls).toHaveLength(1);
    await expect(loader.load(() => Bad)).rejects.toMatchObject({ code: 'NOT_ENFORCED' });
    await app.close();
  });

  it('enforces calls that providers make when the application starts', async () => {
    @Injectable()
    class Eager implements OnModuleInit {
      constructor(@Inject(MailTools) readonly mail: MailTools) {}
      async onModuleInit(): Promise<void> {
        await this.mail.send('good morning');
      }
    }
    const { builder, auditor } = enforcing({}, [Eager, MailTools]);
    const app = await builder.compile();

    await app.init();

    expect(auditor.calls.map(({ decision }) => decision)).toEqual(['allowed']);
    await app.close();
  });

  it('keeps two applications of one process apart, also of the same classes at the same time', async () => {
    const [a, b] = ['a', 'b'].map((name) => {
      const auditor = new MemoryAuditor();
      const own = Policy.from({ name, rules: { allowed_tools: name === 'a' ? ['send'] : ['erase'] } });
      const built = Test.createTestingModule({ imports: [EnforceModule.forRoot({ policy: own, environment: {} })], providers: [MailTools, RequestTools] }).overrideProvider(Auditor).useValue(auditor).compile();
      return { auditor, built };
    }) as [{ auditor: MemoryAuditor; built: ReturnType<ReturnType<typeof Test.createTestingModule>['compile']> }, { auditor: MemoryAuditor; built: ReturnType<ReturnType<typeof Test.createTestingModule>['compile']> }];
    const [appA, appB] = await Promise.all([a.built, b.built]);
    const tools = [appA.get(MailTools), await appA.resolve(RequestTools), appB.get(MailTools), await appB.resolve(RequestTools)];

    const sent = await Promise.allSettled(tools.map((mail) => mail.send('x')));

    expect(sent.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(a.auditor.calls.map(({ policy_name }) => policy_name)).toEqual(['a', 'a']);
    expect(b.auditor.calls.map(({ policy_name }) => policy_name)).toEqual(['b', 'b']);
    await Promise.all([appA.close(), appB.close()]);
  });

  it('enforces middleware, and refuses bare overrides of it, also where they hide the only enforced method', async () => {
    const seen: string[] = [];
    @Injectable()
    class Watching {
      @Enforce({ tool: 'read' })
      look(): string {
        return 'looked';
      }
      use(_request: unknown, _response: unknown, next: () => void): void {
        seen.push(this.look());
        next();
      }
    }
    @Injectable()
    class Bare extends Watching {
      override look(): string {
        return 'bare';
      }
    }
    const starting = async (middleware: typeof Watching) => {
      class Root implements NestModule {
        configure(consumer: MiddlewareConsumer): void {
          consumer.apply(middleware).forRoutes('*path');
        }
      }
      Module({})(Root);
      const { builder, auditor } = enforcing({}, [], { imports: [Root] });
      return { app: (await builder.compile()).createNestApplication({ logger: false }), auditor };
    };
    const [good, bad] = [await starting(Watching), await starting(Bare)];

    await good.app.listen(0, '127.0.0.1');
    await fetch(`${await good.app.getUrl()}/x`, { headers: { connection: 'close' } });

    expect(seen).toEqual(['looked']);
    expect(good.auditor.calls).toHaveLength(1);
    await expect(bad.app.init()).rejects.toMatchObject({ code: 'NOT_ENFORCED' });
    await expect(enforcing({}, [Bare]).builder.compile()).rejects.toMatchObject({ code: 'NOT_ENFORCED' });
    await good.app.close();
  });

  it('enforces the tools in a list that is a provider', async () => {
    const auditor = new MemoryAuditor();
    const app = await Test.createTestingModule({
      imports: [EnforceModule.forRoot({ policy, environment: {}, services: [{ provide: Auditor, useValue: auditor }] })],
      providers: [{ provide: 'all', useFactory: () => [new MailTools(), 'x', null, new MailTools()] }],
    }).compile();
    const [first, , , last] = app.get<readonly MailTools[]>('all');

    await first?.send('x');
    await last?.send('x');

    expect(auditor.calls).toHaveLength(2);
    await app.close();
  });

  it('gives an instance away when its application did not start, closes what that one left, and lets it start no more', async () => {
    const shared = new MailTools();
    const starting = async (hook: () => void) => {
      const app = await Test.createTestingModule({
        imports: [EnforceModule.forRoot({ policy, environment: {}, services: [{ provide: Auditor, useValue: new MemoryAuditor() }] })],
        providers: [{ provide: MailTools, useValue: shared }, { provide: 'late', useValue: { onModuleInit: hook } }],
      }).compile();
      return app;
    };
    const failed = await starting(() => {
      throw new Error('no database');
    });
    const tools = await failed.resolve(ModuleRef).then((moduleRef) => moduleRef.create(MailTools));
    await expect(failed.init()).rejects.toThrow('no database');

    const second = await starting(() => undefined);
    await second.init();

    await expect(shared.send('x')).resolves.toBe('sent x');
    await expect(tools.send('x')).rejects.toMatchObject({ code: 'GUARD' });
    await expect(starting(() => undefined)).rejects.toMatchObject({ code: 'SETTINGS' });
    await second.close();
  });

  it('refuses two applications that start at the same time with one instance', async () => {
    const shared = new MailTools();
    const starting = () => Test.createTestingModule({ imports: [EnforceModule.forRoot({ policy, environment: {}, services: [{ provide: Auditor, useValue: new MemoryAuditor() }] })], providers: [{ provide: MailTools, useValue: shared }] }).compile();
    const [first, second] = [await starting(), await starting()];

    await second.init();

    await expect(first.init()).rejects.toMatchObject({ code: 'SETTINGS', message: expect.stringContaining('two applications') });
    await expect(shared.send('x')).resolves.toBe('sent x');
    await second.close();
  });

  it('refuses an instance that another running application has, and takes it when that one has ended', async () => {
    const shared = new MailTools();
    const starting = () => Test.createTestingModule({ imports: [EnforceModule.forRoot({ policy, environment: {}, services: [{ provide: Auditor, useValue: new MemoryAuditor() }] })], providers: [{ provide: MailTools, useValue: shared }] }).compile();
    const first = await starting();
    await first.init();

    await expect(starting()).rejects.toMatchObject({ code: 'SETTINGS', message: expect.stringContaining('two applications') });
    await first.close();
    const second = await starting();

    await expect(shared.send('x')).resolves.toBe('sent x');
    await second.close();
  });

  it('blocks calls of an application that has ended', async () => {
    const { builder } = enforcing();
    const app = await builder.compile();
    const mail = app.get(MailTools);

    await app.close();

    await expect(mail.send('x')).rejects.toMatchObject({ code: 'GUARD' });
    expect(mail.sent).toEqual([]);
  });

  it('leaves hostile providers alone: proxies, functions, objects without a prototype, getters that throw', async () => {
    const trap = new Proxy({}, { get: () => { throw new Error('trap'); }, getPrototypeOf: () => null });
    const getters = Object.create({ get send(): never { throw new Error('getter'); } }) as object;
    const app = await Test.createTestingModule({
      imports: [EnforceModule.forRoot({ policy, environment: {} })],
      providers: [
        { provide: 'function', useValue: () => 1 },
        { provide: 'bare', useValue: Object.create(null) as object },
        { provide: 'getters', useValue: getters },
        { provide: 'frozen', useFactory: () => Object.freeze(new MailTools()) },
      ],
    })
      .overrideProvider(Auditor)
      .useValue(new MemoryAuditor())
      .compile();

    expect(app.get<object>('getters')).toBe(getters);
    await expect(app.get<MailTools>('frozen').send('x')).resolves.toBe('sent x');
    expect(enforcedMethodsOf(trap)).toEqual([]);
    await app.close();
  });

  it('sees the call of a tool in what the tool injects', async () => {
    @Injectable()
    class Inner {
      tool(): string | undefined {
        return currentCall()?.tool;
      }
    }
    @Injectable()
    class Outer {
      constructor(@Inject(Inner) readonly inner: Inner) {}
      @Enforce()
      async read(): Promise<string | undefined> {
        await Promise.resolve();
        return this.inner.tool();
      }
    }
    const { builder } = enforcing({}, [Inner, Outer]);
    const app = await builder.compile();

    await expect(app.get(Outer).read()).resolves.toBe('read');
    await app.close();
  });
});
