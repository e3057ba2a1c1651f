import {
  Auditor, Clock, CostLedger, createContainer, DefaultPolicy, Detector, Enforce, EnforceContainer, Executor, Guard, HookRegistry, InlineExecutor, KillSwitch, LimitGuard, LimitStore, Logger,
  loadSettings, MemoryLimitStore, ObserverQueue, OnPreCall, Policy, PolicyEngine, PriceTable, RateLimiter, Redactor, Settings, Tripwire, Vault, type Call, type PreCallContext, type Reservation, type ReservationRequest,
} from '@enforcecore/core';
import { allowAll, denyAll, FakeClock, MemoryAuditor } from '@enforcecore/core/testing';
import { Inject, Injectable, Module, Scope } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import { EnforceModule } from './index.js';
import { enforcing, MailTools, policy } from './nest.test.kit.js';
import { houseServices } from './service-tokens.js';

describe('the services of the house as Nest providers', () => {
  it('enforces the methods of a provider by the policy of the module', async () => {
    const { builder, auditor } = enforcing();
    const app = await builder.compile();
    const mail = app.get(MailTools);

    const sent = await mail.send('hello');
    const refused = mail.erase();

    expect(sent).toBe('sent hello');
    await expect(refused).rejects.toMatchObject({ code: 'TOOL_NOT_ALLOWED' });
    expect(auditor.calls.map(({ tool_name, decision }) => [tool_name, decision])).toEqual([['send', 'allowed'], ['erase', 'blocked']]);
    await app.close();
  });

  it('injects every service as the house uses it', async () => {
    const { builder } = enforcing();
    const app = await builder.compile();
    const container = app.get(EnforceContainer);

    for (const { token, isList } of houseServices) {
      if (isList === true) expect(app.get(token as symbol)).toEqual([]);
      else expect(app.get(token as symbol)).toBe(container.get(token));
    }
    expect(app.get(Settings)).toBe(container.get(Settings));
    expect(app.get(DefaultPolicy)).toBe(policy);
    await app.close();
  });

  const stand: readonly (readonly [string, unknown, unknown])[] = [
    ['Clock', Clock, new FakeClock()],
    ['Logger', Logger, { log: () => undefined }],
    ['PolicyEngine', PolicyEngine, allowAll],
    ['Auditor', Auditor, new MemoryAuditor()],
    ['KillSwitch', KillSwitch, new KillSwitch()],
    ['CostLedger', CostLedger, new CostLedger()],
    ['RateLimiter', RateLimiter, new RateLimiter()],
    ['LimitStore', LimitStore, new MemoryLimitStore(new CostLedger(), new RateLimiter())],
    ['HookRegistry', HookRegistry, new HookRegistry()],
    ['Executor', Executor, new InlineExecutor(new FakeClock())],
    ['Settings', Settings, loadSettings({ auditEnabled: false }, {})],
  ];

  it.each(stand)('makes what depends on %s from the one that stands in for it', async (_name, token, value) => {
    const app = await Test.createTestingModule({ imports: [EnforceModule.forRoot({ policy, environment: {}, settings: { auditEnabled: false } })] })
      .overrideProvider(token)
      .useValue(value)
      .compile();
    const container = app.get(EnforceContainer);

    const injected = houseServices.filter(({ isList }) => isList !== true).map((service) => app.get<unknown>(service.token as symbol));

    expect(container.get(token as symbol)).toBe(value);
    expect(injected).toEqual(houseServices.filter(({ isList }) => isList !== true).map((service) => container.get(service.token)));
    houseServices.filter(({ isList }) => isList !== true).forEach((service, i) => {
      expect(injected[i]).toBe(container.get(service.token));
    });
    await app.close();
  });

  it('knows what each service is made from', () => {
    const madeAnew = houseServices.filter(({ isList }) => isList !== true).map(({ token, madeFrom }) => {
      const stale = madeFrom.filter((part) => {
        const container = createContainer({ environment: {}, settings: { auditEnabled: false } });
        const before = container.get(token);
        const value: unknown = container.isBound(part) ? container.get(part) : undefined;
        if (value !== undefined) container.rebind<unknown>(part).toConstantValue(value);
        else container.bind<unknown>(part).toConstantValue({ name: 'x' });
        return container.get(token) === before;
      });
      return [token, stale] as const;
    });

    // Without a price file there is one empty table for all; the switch keeps its state over another clock, which it asks anew each time.
    expect(madeAnew.filter(([, stale]) => stale.length > 0)).toEqual([[PriceTable, [Settings]], [KillSwitch, [Clock]]]);
  });

  it('decides by a PolicyEngine that a test puts in its place', async () => {
    const { builder } = enforcing();
    const app = await builder.overrideProvider(PolicyEngine).useValue(denyAll('not today')).compile();

    const refused = app.get(MailTools).send('x');

    await expect(refused).rejects.toMatchObject({ code: 'TOOL_DENIED', reason: 'not today' });
    await app.close();
  });

  it('takes another policy from a test', async () => {
    const { builder } = enforcing();
    const app = await builder.overrideProvider(DefaultPolicy).useValue(Policy.from({ name: 'other', rules: { allowed_tools: ['erase'] } })).compile();

    await expect(app.get(MailTools).send('x')).rejects.toMatchObject({ code: 'TOOL_NOT_ALLOWED', policyName: 'other' });
    await expect(app.get(MailTools).erase()).resolves.toBeUndefined();
    await app.close();
  });

  it('fails at start on a Settings that lacks some', async () => {
    const { builder } = enforcing();

    const started = builder.overrideProvider(Settings).useValue({ auditEnabled: false }).compile();

    await expect(started).rejects.toMatchObject({ code: 'SETTINGS', message: expect.stringContaining('loadSettings') });
  });

  it.each([[undefined, Guard], [null, Guard], [undefined, Vault], [{}, Guard], [5, Clock], ['x', Redactor], [[{}], Detector], [{ now: () => 1 }, Clock]])('fails at start on %j in place of a service', async (value, token) => {
    const { builder } = enforcing();

    const started = builder.overrideProvider(token).useValue(value).compile();

    await expect(started).rejects.toMatchObject({ code: 'SETTINGS' });
  });

  it('takes a guard with dependencies of its own', async () => {
    @Injectable()
    class Freezes {
      readonly frozen = new Set(['send']);
    }
    @Module({ providers: [Freezes], exports: [Freezes] })
    class FreezeModule {}
    @Injectable()
    class FreezeGuard extends LimitGuard {
      constructor(@Inject(LimitStore) store: LimitStore, @Inject(Clock) clock: Clock, @Inject(Logger) logger: Logger, @Inject(Freezes) private readonly freezes: Freezes) {
        super(store, clock, logger);
      }
      override reserve(request: ReservationRequest): Reservation | Promise<Reservation> {
        if (this.freezes.frozen.has(request.call.tool)) throw new Error('frozen');
        return super.reserve(request);
      }
    }
    const { builder } = enforcing({ imports: [FreezeModule], services: [{ provide: Guard, useClass: FreezeGuard }] });
    const app = await builder.compile();
    const mail = app.get(MailTools);

    const refused = mail.send('x');

    await expect(refused).rejects.toMatchObject({ code: 'GUARD' });
    expect(mail.read()).toBe('a letter');
    expect(mail.sent).toEqual([]);
    await app.close();
  });

  it('makes the guard from a limit store of Nest', async () => {
    const taken: string[] = [];
    @Injectable()
    class CountingStore extends MemoryLimitStore {
      constructor(@Inject(CostLedger) ledger: CostLedger, @Inject(RateLimiter) limiter: RateLimiter) {
        super(ledger, limiter);
      }
      override take(...args: Parameters<MemoryLimitStore['take']>): ReturnType<MemoryLimitStore['take']> {
        taken.push(args[0].id);
        return super.take(...args);
      }
    }
    const limited = Policy.from({ name: 'limited', rules: { allowed_tools: ['read'], rate_limits: { per_tool: { read: { max_calls: 1, window_seconds: 60 } } } } });
    const { builder } = enforcing({ policy: limited, services: [{ provide: LimitStore, useClass: CountingStore }] });
    const app = await builder.compile();
    const mail = app.get(MailTools);

    mail.read();

    expect(() => mail.read()).toThrow(expect.objectContaining({ code: 'RATE_LIMIT' }));
    expect(taken).toHaveLength(2);
    await app.close();
  });

  it('holds a policy that only a store of Nest can hold, and fails at start without it', async () => {
    const shared = Policy.from({ name: 'shared', rules: { allowed_tools: ['send'], shared_limits: {}, rate_limits: { global: { max_calls: 9, window_seconds: 60 } } } });
    class SharedStore extends MemoryLimitStore {
      override readonly isShared = true as false; // the memory's own says `false`, by type as well
    }
    const store = new SharedStore(new CostLedger(), new RateLimiter());
    const held = await enforcing({ policy: shared, services: [{ provide: LimitStore, useValue: store }] }).builder.compile();

    await expect(held.get(MailTools).send('x')).resolves.toBe('sent x');
    await expect(enforcing({ policy: shared }).builder.compile()).rejects.toMatchObject({ code: 'POLICY_INVALID' });
    await held.close();
  });

  it('adds every detector that is provided, and what an Inversify module binds', async () => {
    const cleaning = Policy.from({ name: 'cleaning', rules: { allowed_tools: ['send'], pii_redaction: { categories: ['email', 'vin', 'passport'] } } });
    const detector = (category: string, pattern: RegExp) => ({ category, detect: (text: string) => [...text.matchAll(pattern)].map((m) => ({ start: m.index, end: m.index + m[0].length })) });
    const { builder } = enforcing({
      policy: cleaning,
      services: [
        { provide: Detector, useValue: detector('vin', /B-\d+/g) },
        { provide: Detector, useFactory: () => detector('passport', /L-\d+/g) },
      ],
    });
    const app = await builder.compile();

    const sent = await app.get(MailTools).send('badge B-12, locker L-7');

    expect(sent).toBe('sent badge <VIN>, locker <PASSPORT>');
    expect(app.get(Detector as symbol)).toHaveLength(2);
    await app.close();
  });

  it('refuses a second EnforceModule in one application', async () => {
    @Module({ imports: [EnforceModule.forRoot({ policy, environment: {}, settings: { failOpen: false } })] })
    class Other {}
    const { builder } = enforcing({}, [MailTools], { imports: [Other] });

    await expect(builder.compile()).rejects.toMatchObject({ code: 'SETTINGS', message: expect.stringContaining('called twice') });
  });

  it('refuses another container in place of its own', async () => {
    const { builder } = enforcing();

    const started = builder.overrideProvider(EnforceContainer).useValue(createContainer({ environment: {} })).compile();

    await expect(started).rejects.toMatchObject({ code: 'SETTINGS' });
  });

  it.each([[Scope.REQUEST, 'request-scoped'], [Scope.TRANSIENT, 'transient']])('refuses a service of which there would be several (scope %s)', (scope, word) => {
    @Injectable({ scope })
    class Several {
      reserve(): Reservation {
        return { commit: () => undefined, release: () => undefined };
      }
    }

    expect(() => enforcing({ services: [{ provide: Guard, useClass: Several }] })).toThrow(expect.objectContaining({ code: 'SETTINGS', message: expect.stringContaining(word) }));
    expect(() => enforcing({ services: [{ provide: Guard, scope, useFactory: () => new Several() }] })).toThrow(expect.objectContaining({ code: 'SETTINGS', message: expect.stringContaining('singleton') }));
  });

  it('takes options from a factory with injected parts, from a class, and from an existing provider', async () => {
    @Injectable()
    class Options {
      create() {
        return { policy, environment: {}, settings: { auditEnabled: false } };
      }
    }
    @Module({ providers: [Options], exports: [Options] })
    class OptionsModule {}
    const ways = [
      EnforceModule.forRootAsync({ imports: [OptionsModule], inject: [Options], useFactory: async (options: Options) => options.create() }),
      EnforceModule.forRootAsync({ useClass: Options }),
      EnforceModule.forRootAsync({ imports: [OptionsModule], useExisting: Options, services: [{ provide: PolicyEngine, useValue: denyAll() }] }),
    ];
    const outcomes: string[] = [];

    for (const way of ways) {
      const app = await Test.createTestingModule({ imports: [way], providers: [MailTools] }).compile();
      outcomes.push(await app.get(MailTools).send('x').catch((error: unknown) => (error as { code: string }).code));
      await app.close();
    }

    expect(outcomes).toEqual(['sent x', 'sent x', 'TOOL_DENIED']);
  });

  it('registers the hooks of providers', async () => {
    @Injectable()
    class Watcher {
      readonly seen: Call[] = [];
      @OnPreCall()
      look({ call }: PreCallContext): void {
        this.seen.push(call);
      }
    }
    const { builder } = enforcing({}, [MailTools, Watcher]);
    const app = await builder.compile();

    await app.get(MailTools).send('x');

    expect(app.get(Watcher).seen.map(({ tool }) => tool)).toEqual(['send']);
    await app.close();
  });

  it.each([Scope.REQUEST, Scope.TRANSIENT])('refuses hooks that would add up (scope %s)', async (scope) => {
    @Injectable({ scope })
    class Watcher {
      @OnPreCall()
      look(): void {
        // Looks.
      }
    }
    const { builder } = enforcing({}, [MailTools, Watcher]);

    await expect(builder.compile()).rejects.toMatchObject({ code: 'HOOK' });
  });

  it('fails at start on an override without @Enforce, of any scope', async () => {
    const errors: unknown[] = [];
    for (const scope of [Scope.DEFAULT, Scope.REQUEST, Scope.TRANSIENT]) {
      @Injectable({ scope })
      class Bare extends MailTools {
        override async erase(): Promise<void> {
          this.sent.length = 0;
        }
      }
      const { builder } = enforcing({}, [Bare]);
      errors.push(await builder.compile().catch((error: unknown) => error));
    }

    expect(errors).toEqual([1, 2, 3].map(() => expect.objectContaining({ code: 'NOT_ENFORCED' })));
  });

  it('fails at start on a policy that cannot be loaded, of the module or of one tool', async () => {
    @Injectable()
    class Stray {
      @Enforce({ policy: '/nowhere/at-all.yaml' })
      run(): void {
        // Runs.
      }
    }

    await expect(enforcing({ policy: '/nowhere/policy.yaml' }).builder.compile()).rejects.toMatchObject({ code: 'POLICY_LOAD' });
    await expect(enforcing({}, [Stray]).builder.compile()).rejects.toMatchObject({ code: 'POLICY_LOAD' });
    await expect(Test.createTestingModule({ imports: [EnforceModule.forRoot({ environment: {} })], providers: [MailTools] }).compile()).rejects.toMatchObject({ code: 'POLICY_LOAD' });
  });

  it('keeps services that are not needed from being made anew', async () => {
    const { builder } = enforcing();
    const app = await builder.compile();
    const container = app.get(EnforceContainer);
    const [redactor, vault, tripwire, queue, prices] = [container.get(Redactor), container.get(Vault), container.get(Tripwire), container.get(ObserverQueue), container.get(PriceTable)];

    await app.get(MailTools).send('x');

    expect([container.get(Redactor), container.get(Vault), container.get(Tripwire), container.get(ObserverQueue), container.get(PriceTable)]).toEqual([redactor, vault, tripwire, queue, prices]);
    await app.close();
  });
});
