import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { ContainerModule } from 'inversify';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  attach,
  Auditor,
  Clock,
  createContainer,
  DefaultPolicy,
  enforce,
  Enforce,
  Executor,
  Guard,
  HookRegistry,
  KillSwitch,
  loadSettings,
  LimitGuard,
  Logger,
  OnPreCall,
  OnViolation,
  Policy,
  PolicyEngine,
  Redactor,
  RulesRedactor,
  runInContainer,
  setDefaultContainer,
  Settings,
  Stage,
  SystemClock,
  TrailAuditor,
  WinstonLogger,
  YamlPolicyEngine,
  type EnforceContainer,
} from '../src/index.js';
import { allowAll, auditorLaws, denyAll, engineLaws, FakeClock, guardLaws, MemoryAuditor, redactorLaws } from '../src/testing/index.js';
import { houseWith, removeTempFolders, tempFolder } from './kit.js';

afterAll(removeTempFolders);

/** A policy that uses every room. */
const rules = {
  allowed_tools: ['echo'],
  pii_redaction: { categories: ['email'] },
  rate_limits: { global: { max_calls: 100, window_seconds: 60 } },
};

interface Replacement {
  readonly name: string;
  replace(container: EnforceContainer): void;
  /** Fails unless the next call of `echo` used the replacement. */
  proof(container: EnforceContainer, echo: (text: string) => string): void;
}

const seen: string[] = [];
const replacements: readonly Replacement[] = [
  {
    name: 'PolicyEngine',
    replace: (container) => container.rebind(PolicyEngine).toConstantValue(denyAll('replaced')),
    proof: (_container, echo) => { expect(() => echo('x')).toThrow('replaced'); },
  },
  {
    name: 'Redactor',
    replace: (container) => container.rebind(Redactor).toConstantValue({
      redact: (text) => ({ text: text.replace('x', 'y'), findings: text.includes('x') ? [{ kind: 'pii', category: 'letter', start: 0, end: 1 }] : [] }),
    }),
    proof: (_container, echo) => { expect(echo('x')).toBe('y'); },
  },
  {
    name: 'Auditor',
    replace: (container) => container.rebind(Auditor).toConstantValue({ begin: () => { seen.push('begin'); }, record: () => { seen.push('record'); return { entryId: '1' }; } }),
    proof: (_container, echo) => { echo('x'); expect(seen.splice(0)).toEqual(['begin', 'record']); },
  },
  {
    name: 'Guard',
    replace: (container) => container.rebind(Guard).toConstantValue({ reserve: () => { throw new Error('closed today'); } }),
    proof: (_container, echo) => { expect(() => echo('x')).toThrow(expect.objectContaining({ code: 'GUARD' })); },
  },
  {
    name: 'HookRegistry',
    replace: (container) => {
      const registry = new HookRegistry();
      registry.on('pre_call', ({ veto }) => veto('replaced'));
      container.rebind(HookRegistry).toConstantValue(registry);
    },
    proof: (_container, echo) => { expect(() => echo('x')).toThrow('replaced'); },
  },
  {
    name: 'Logger',
    replace: (container) => container.rebind(Logger).toConstantValue({ log: (_level, message) => { seen.push(message); } }),
    proof: (container) => { container.house.services.logger.log('info', 'hello'); expect(seen.splice(0)).toEqual(['hello']); },
  },
  {
    name: 'Clock',
    replace: (container) => container.rebind(Clock).toConstantValue(Object.assign(new FakeClock(), { monotonic: () => { seen.push('tick'); return 0; } })),
    proof: (_container, echo) => { echo('x'); expect(seen.splice(0).length).toBeGreaterThan(0); },
  },
  {
    name: 'Settings',
    replace: (container) => container.rebind(Settings).toConstantValue(loadSettings({ redactionEnabled: false }, {})),
    proof: (_container, echo) => { expect(echo('ann@corp.io')).toBe('ann@corp.io'); },
  },
  {
    name: 'Executor',
    replace: (container) => container.rebind(Executor).toConstantValue({ execute: () => ({ kind: 'ok', value: 'replaced' }), step: () => undefined }),
    proof: (_container, echo) => { expect(echo('x')).toBe('replaced'); },
  },
  {
    name: 'KillSwitch',
    replace: (container) => {
      const tripped = new KillSwitch();
      tripped.trip('replaced');
      container.rebind(KillSwitch).toConstantValue(tripped);
    },
    proof: (_container, echo) => { expect(() => echo('x')).toThrow('replaced'); },
  },
  {
    name: 'DefaultPolicy',
    replace: (container) => container.rebind(DefaultPolicy).toConstantValue(Policy.from({ name: 'other', rules: { allowed_tools: [] } })),
    proof: (_container, echo) => { expect(() => echo('x')).toThrow('other'); },
  },
];

const echoIn = (container: EnforceContainer): ((text: string) => string) =>
  enforce((text: string) => text, { container, tool: 'echo' });

describe.each(replacements)('$name is replaced by one binding', ({ replace, proof }) => {
  it('before first use', () => {
    const { container } = houseWith(rules);
    replace(container);
    seen.length = 0;

    proof(container, echoIn(container));
  });

  it('after first use, from the next call on', () => {
    const { container } = houseWith(rules);
    const echo = echoIn(container);
    expect(echo('ann@corp.io')).toBe('<EMAIL>');
    replace(container);
    seen.length = 0;

    proof(container, echo);
  });

  it('in a module', () => {
    const container = createContainer({
      policy: Policy.from({ name: 'test', rules }),
      environment: {},
      modules: [new ContainerModule(({ rebind }) => { replace({ rebind } as unknown as EnforceContainer); })],
      settings: { auditPath: tempFolder() },
    });
    seen.length = 0;

    proof(container, echoIn(container));
  });
});

describe('a container', () => {
  class Tools {
    @Enforce()
    echo(text: string): string {
      return text;
    }
  }

  it('enforces the instances that it makes', () => {
    const { container, auditor } = houseWith();
    container.bind(Tools).toDynamicValue(() => new Tools());

    container.get(Tools).echo('x');

    expect(auditor.entries).toHaveLength(1);
  });

  it('enforces instances that are injected into others', () => {
    const { container, auditor } = houseWith();
    container.bind(Tools).toResolvedValue(() => new Tools());
    container.bind('service').toResolvedValue((tools: Tools) => ({ tools }), [Tools]);

    container.get<{ tools: Tools }>('service').tools.echo('x');

    expect(auditor.entries).toHaveLength(1);
  });

  it('enforces instances that a module binds or rebinds', () => {
    const { container, auditor } = houseWith();
    container.load(new ContainerModule(({ bind }) => { bind(Tools).toDynamicValue(() => new Tools()); }));
    container.get(Tools).echo('x');
    container.load(new ContainerModule(({ rebind }) => { rebind(Tools).toDynamicValue(() => new Tools()); }));
    container.get(Tools).echo('x');

    expect(auditor.entries).toHaveLength(2);
  });

  it('keeps its instances apart from those of another container', () => {
    const one = houseWith();
    const two = houseWith();
    for (const { container } of [one, two]) container.bind(Tools).toDynamicValue(() => new Tools());

    one.container.get(Tools).echo('x');

    expect([one.auditor.entries.length, two.auditor.entries.length]).toEqual([1, 0]);
  });

  it('wins over the scope for its own instances, and the scope over the process', () => {
    const own = houseWith();
    const scope = houseWith();
    const other = houseWith();
    setDefaultContainer(other.container);
    const attached = attach(new Tools(), own.container);

    runInContainer(scope.container, () => {
      attached.echo('x');
      new Tools().echo('x');
    });
    new Tools().echo('x');
    setDefaultContainer(undefined);

    expect([own, scope, other].map(({ auditor }) => auditor.entries.length)).toEqual([1, 1, 1]);
  });

  it('gives back what a test replaced, by snapshot and restore', () => {
    const { container } = houseWith();
    const echo = echoIn(container);
    container.snapshot();
    container.rebind(PolicyEngine).toConstantValue(denyAll());
    expect(() => echo('x')).toThrow();

    container.restore();

    expect(echo('x')).toBe('x');
  });

  it('builds the trail anew when the settings that it was built from are replaced', () => {
    const [first, second] = [tempFolder(), tempFolder()];
    const container = createContainer({ policy: Policy.from({ name: 'p', rules: {} }), environment: {}, settings: { auditPath: first } });
    const echo = echoIn(container);
    echo('x');
    container.rebind(Settings).toConstantValue(loadSettings({ auditPath: second }, {}));
    echo('x');

    expect([first, second].map((folder) => existsSync(join(folder, 'trail.jsonl')))).toEqual([true, true]);
  });

  it('adds a stage of yours after the built-in one of its room', () => {
    const { container } = houseWith();
    const order: string[] = [];
    container.bind(Stage).toConstantValue({ room: 'decide', enter: () => { order.push('decide'); }, leave: () => { order.push('decide'); } });
    container.bind(Stage).toConstantValue({ room: 'guards', enter: () => { order.push('guards'); }, leave: () => { order.push('guards'); } });

    echoIn(container)('x');

    expect(order).toEqual(['guards', 'decide', 'decide', 'guards']);
  });

  it('registers the hook methods of the instances that it makes, in both directions', async () => {
    const { container } = houseWith({ denied_tools: ['echo'] });
    const told: string[] = [];
    class Hooks {
      @OnPreCall()
      check({ call }: { call: { tool: string } }): void {
        told.push(`pre ${call.tool}`);
      }
      @OnViolation()
      async alarm({ violation }: { violation: { type: string } }): Promise<void> {
        await Promise.resolve();
        told.push(violation.type);
      }
    }
    container.bind(Hooks).toDynamicValue(() => new Hooks());
    container.get(Hooks);

    expect(() => echoIn(container)('x')).toThrow();
    await container.house.services.observers.flush();

    expect(told).toEqual(['pre echo', 'tool_denied']);
  });

  it('refuses a service that cannot be made, and blocks the call', () => {
    const { container } = houseWith();
    container.rebind(Redactor).toDynamicValue(() => {
      throw new Error('no model');
    });

    expect(() => echoIn(container)('x')).toThrow(expect.objectContaining({ code: 'GUARD' }));
  });

  it('warns of every setting that weakens protection', () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);

    createContainer({ environment: { ENFORCECORE_AUDIT_ENABLED: 'false', ENFORCECORE_FAIL_OPEN: '1', ENFORCECORE_REDACTION_ENABLED: 'no' } });

    expect(warn.mock.calls.map(([message]) => String(message).split(' (')[0])).toEqual([
      'auditing is off',
      'redaction is off',
      'failOpen is on: calls go through while the audit trail cannot be written',
    ]);
    warn.mockRestore();
  });
});

describe('the default services keep the laws of their kind', () => {
  const folder = tempFolder();
  const settings = loadSettings({ auditPath: folder }, {});
  const logger = new WinstonLogger({ level: undefined });
  const guard = (): LimitGuard => houseWith().container.get(Guard) as LimitGuard;
  const laws = [
    ...engineLaws(() => new YamlPolicyEngine()).map((law) => ['YamlPolicyEngine', law] as const),
    ...engineLaws(() => allowAll).map((law) => ['allowAll', law] as const),
    ...engineLaws(() => denyAll()).map((law) => ['denyAll', law] as const),
    ...guardLaws(guard).map((law) => ['LimitGuard', law] as const),
    ...redactorLaws(() => new RulesRedactor()).map((law) => ['RulesRedactor', law] as const),
    ...auditorLaws(() => new MemoryAuditor()).map((law) => ['MemoryAuditor', law] as const),
    ...auditorLaws(() => new TrailAuditor(settings, new SystemClock(), logger)).map((law) => ['TrailAuditor', law] as const),
  ];

  it.each(laws.map(([name, law]) => [`${name} ${law.title}`, law] as const))('%s', async (_title, law) => {
    await expect(Promise.resolve(law.check())).resolves.toBeUndefined();
  });
});

describe('a container that was closed', () => {
  it('blocks calls instead of running them unrecorded', async () => {
    const { container } = houseWith();
    const echo = echoIn(container);
    echo('x');
    await container.close();

    expect(() => echo('x')).toThrow(expect.objectContaining({ code: 'GUARD' }));
  });
});

describe('snapshot and restore', () => {
  it('leave no name unwatched: what is bound anew afterwards is enforced', () => {
    const { container, auditor } = houseWith();
    class Later {
      @Enforce()
      tool(): number {
        return 1;
      }
    }
    container.snapshot();
    container.bind(Later).toDynamicValue(() => new Later());
    container.restore();
    container.bind(Later).toDynamicValue(() => new Later());

    container.get(Later).tool();

    expect(auditor.entries).toHaveLength(1);
  });

  it('give a default binding back its place: it is rebuilt when its settings are replaced', () => {
    const [first, second] = [tempFolder(), tempFolder()];
    const container = createContainer({ policy: Policy.from({ name: 'p', rules: {} }), environment: {}, settings: { auditPath: first } });
    container.snapshot();
    container.rebind(Auditor).toConstantValue(new MemoryAuditor());
    container.restore();
    container.rebind(Settings).toConstantValue(loadSettings({ auditPath: second }, {}));
    echoIn(container)('x');

    expect(existsSync(join(second, 'trail.jsonl'))).toBe(true);
  });
});
