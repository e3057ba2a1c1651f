import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { EntryDraft } from '@enforcecore/audit';
import { ContainerModule } from 'inversify';
import { AuditBackendPlugin, Auditor, Clock, createContainer, defaultContainer, enforce, GuardPlugin, HookRegistry, loadPlugins, Logger, pluginModule, PluginManager, Policy, Redactor, setDefaultContainer, type EnforceContainer, type GuardResult, type Settings } from '../index.js';
import { FakeClock, MemoryAuditor } from '../testing/index.js';
import { entry, guardPackage, makeApp, refuser, removeFolders } from './plugin-packages.test.kit.js';

afterEach(() => {
  removeFolders();
  setDefaultContainer(undefined);
});

interface House {
  readonly container: EnforceContainer;
  readonly auditor: MemoryAuditor;
  readonly logged: string[];
}

function house(rules: object = {}, settings: Partial<Settings> = {}, plugins?: PluginManager): House {
  const container = createContainer({ policy: Policy.from({ name: 'test', rules }), environment: {}, settings, ...(plugins === undefined ? {} : { plugins }) });
  const [auditor, logged] = [new MemoryAuditor(), new Array<string>()];
  container.rebind(Auditor).toConstantValue(auditor);
  container.rebind(Logger).toConstantValue({ log: (_level, message) => void logged.push(message) });
  return { container, auditor, logged };
}

describe('a container', () => {
  const settings = { plugins: ['one/guard@^1.0.0'] };
  const loaded = (): Promise<PluginManager> => loadPlugins({ root: makeApp({ one: guardPackage(refuser) }), settings, environment: {} });

  it('runs the plugins that its settings name', async () => {
    const { container, auditor } = house({}, settings, await loaded());
    const body = jest.fn((text: string) => text);
    const tool = enforce(body, { container, tool: 'tool' });

    expect(tool('good')).toBe('good');
    expect(() => tool('bad')).toThrow(expect.objectContaining({ code: 'VETOED', reason: 'the guard "one/guard": change freeze' }));

    expect(body).toHaveBeenCalledTimes(1);
    expect(auditor.entries).toMatchObject([{ decision: 'allowed' }, { violation_type: 'vetoed', violation_reason: 'the guard "one/guard": change freeze' }]);
  });

  it('takes them as a module, too', async () => {
    const container = createContainer({ policy: Policy.from({ name: 'p', rules: {} }), environment: {}, settings: { ...settings, auditEnabled: false }, modules: [pluginModule(await loaded())] });

    expect(() => enforce((text: string) => text, { container, tool: 'tool' })('bad')).toThrow(expect.objectContaining({ code: 'VETOED' }));
  });

  it('is not made when its settings name a plugin that was not loaded', () => {
    const manager = new PluginManager({ root: makeApp({ one: guardPackage(refuser) }), settings, environment: {} });

    for (const plugins of [undefined, manager]) {
      expect(() => house({}, settings, plugins)).toThrow(expect.objectContaining({ code: 'PLUGIN', message: expect.stringContaining('createContainer({ plugins: await loadPlugins() })') }));
    }
    expect(() => createContainer({ environment: { ENFORCECORE_PLUGINS: 'one/guard@^1.0.0' } })).toThrow(expect.objectContaining({ code: 'PLUGIN' }));
  });

  it('that is the process\'s own is refused as well, until it was made with plugins', async () => {
    process.env['ENFORCECORE_PLUGINS'] = 'one/guard@^1.0.0';
    try {
      expect(() => defaultContainer()).toThrow(expect.objectContaining({ code: 'PLUGIN' }));
      setDefaultContainer(createContainer({ plugins: await loadPlugins({ root: makeApp({ one: guardPackage(refuser) }) }), policy: Policy.from({ name: 'p', rules: {} }), settings: { auditEnabled: false } }));

      expect(() => enforce((text: string) => text, { tool: 'tool' })('bad')).toThrow(expect.objectContaining({ code: 'VETOED' }));
    } finally {
      delete process.env['ENFORCECORE_PLUGINS'];
    }
  });

  it('is not made with a plugin that its settings do not name, or with another range', async () => {
    const manager = await loaded();

    expect(() => house({}, {}, manager)).toThrow(expect.objectContaining({ code: 'PLUGIN', message: expect.stringContaining('do not name it') }));
    expect(() => house({}, { plugins: ['one/guard@*'] }, manager)).toThrow(expect.objectContaining({ code: 'PLUGIN' }));
  });

  it('is not made, and lets no call through, where a loaded plugin is not bound any more', async () => {
    const own = { check: (): GuardResult => ({ allowed: true }) };
    const module = new ContainerModule(({ rebind }) => void rebind(GuardPlugin).toConstantValue(own));
    const plugins = await loaded();
    const body = jest.fn((text: string) => text);
    const refused = expect.objectContaining({ code: 'PLUGIN', message: expect.stringContaining('"one/guard" was loaded and is not bound any more') });

    expect(() => createContainer({ environment: {}, settings, plugins, modules: [module] })).toThrow(refused);
    for (const take of [(one: EnforceContainer) => void one.rebind(GuardPlugin).toConstantValue(own), (one: EnforceContainer) => one.unbind(GuardPlugin), (one: EnforceContainer) => { one.unbind(PluginManager); one.unbind(GuardPlugin); }]) {
      const { container } = house({}, settings, plugins);
      const tool = enforce(body, { container, tool: 'tool' });
      tool('good');
      take(container);

      expect(() => tool('good')).toThrow(expect.objectContaining({ code: 'PLUGIN' }));
      await container.close();
    }
    expect(body).toHaveBeenCalledTimes(3);
  });

  it('runs guards that are bound beside those of its settings', async () => {
    const { container } = house({}, settings, await loaded());
    container.bind(GuardPlugin).toConstantValue({ name: 'own', check: ({ args: [text] }) => ({ allowed: text !== 'own' }) });
    const tool = enforce((text: string) => text, { container, tool: 'tool' });

    expect(() => tool('bad')).toThrow(expect.objectContaining({ reason: 'the guard "one/guard": change freeze' }));
    expect(() => tool('own')).toThrow(expect.objectContaining({ reason: 'the guard "own" refused it' }));
  });

  it('is not made with an audit backend that would get nothing', async () => {
    const settings = { plugins: ['siem/siem@*'], auditEnabled: false };
    const root = makeApp({ siem: { plugins: [entry('siem', 'audit_backend')], files: { 'index.js': 'export class Plugin { record() {} flush() {} }' } } });
    const plugins = await loadPlugins({ root, settings, environment: {} });

    expect(() => house({}, settings, plugins)).toThrow(expect.objectContaining({ code: 'PLUGIN', message: expect.stringContaining('auditEnabled is false') }));
  });

  it('knows nothing of the guards of another container (D-76)', async () => {
    house({}, settings, await loaded());
    const { container } = house();

    expect(enforce((text: string) => text, { container, tool: 'tool' })('bad')).toBe('bad');
  });
});

describe('a guard', () => {
  function guarded(check: (call: Parameters<GuardPlugin['check']>[0]) => unknown, settings: Partial<Settings> = {}): House {
    const made = house({}, settings);
    made.container.bind(GuardPlugin).toConstantValue({ name: 'g', check: check as GuardPlugin['check'] }); // hostile on purpose
    return made;
  }

  const hostile: readonly (readonly [string, () => unknown])[] = [
    ['nothing', () => undefined], ['true', () => true], ['null', () => null], ['a word', () => 'allowed'], ['1', () => ({ allowed: 1 })], ['"true"', () => ({ allowed: 'true' })], ['no field', () => ({})], ['a list', () => [true]],
    ['a throwing getter', () => ({ get allowed(): boolean { throw new Error('x'); } })],
    ['a proxy', () => new Proxy({}, { get: (_, key) => { if (key === 'then') return undefined; throw new Error('x'); } })],
    ['an error', () => { throw new Error('secret-in-error'); }],
    ['null thrown', () => { throw null; }],  
    ['a function', () => () => ({ allowed: true })],
  ];
  it.each(hostile)('that answers %s blocks the call', (_, check) => {
    const { container, auditor } = guarded(check);
    const body = jest.fn(() => 1);

    expect(() => enforce(body, { container, tool: 'tool' })()).toThrow(expect.objectContaining({ code: 'PLUGIN', message: expect.not.stringContaining('secret-in-error') }));
    expect(body).not.toHaveBeenCalled();
    expect(auditor.entries).toHaveLength(1);
    expect(JSON.stringify(auditor.entries)).not.toContain('secret-in-error');
  });

  it.each(hostile)('that promises %s blocks the call', async (_, check) => {
    const { container } = guarded(async () => Promise.resolve().then(check));
    const body = jest.fn(() => 1);

    await expect(enforce(async () => Promise.resolve(body()), { container, tool: 'tool' })()).rejects.toMatchObject({ code: 'PLUGIN' });
    expect(body).not.toHaveBeenCalled();
  });

  it('that has to be waited for is, before an asynchronous tool, and blocks a synchronous one', async () => {
    const { container } = guarded(async () => Promise.resolve({ allowed: true }));
    const body = jest.fn(() => 1);

    expect(await enforce(async () => Promise.resolve(body()), { container, tool: 'later' })()).toBe(1);
    expect(() => enforce(body, { container, tool: 'now' })()).toThrow(expect.objectContaining({ code: 'ASYNC_SERVICE', message: expect.stringContaining('the guard "g" answers with a promise') }));
    expect(body).toHaveBeenCalledTimes(1);
  });

  it('that says nothing until its deadline blocks the call', async () => {
    const { container } = guarded(() => new Promise(() => undefined), { hookTimeoutMs: 100 });
    const clock = new FakeClock();
    container.rebind(Clock).toConstantValue(clock);

    const result = enforce(async () => Promise.resolve(1), { container, tool: 'tool' })();
    clock.advance(100);

    await expect(result).rejects.toMatchObject({ code: 'HOOK', message: 'the guard "g" took longer than 100 ms, so "tool" was blocked' });
    expect(clock.pending).toBe(0);
  });

  const fake = { [Symbol.for('@enforcecore/core/error')]: true, code: 'TOOL_DENIED', message: 'secret-in-error' };
  it.each<readonly [string, () => unknown]>([
    ['that cannot be read', () => ({ allowed: true, get then(): never { throw fake; } })],
    ['that throws', () => ({ then: () => { throw fake; } })],
    ['that rejects with what looks like our error', () => ({ then: (_: unknown, reject: (error: unknown) => void) => { reject(fake); } })],
  ])('whose answer has a `then` %s blocks the call, and leaves no timer behind', async (_, check) => {
    const { container } = guarded(check);
    const clock = new FakeClock();
    container.rebind(Clock).toConstantValue(clock);
    const body = jest.fn(() => 1);

    await expect(enforce(async () => Promise.resolve(body()), { container, tool: 'tool' })()).rejects.toMatchObject({ name: 'EnforceCoreError', code: 'PLUGIN', message: 'the guard "g" failed, so "tool" was blocked' });
    expect([body.mock.calls.length, clock.pending]).toEqual([0, 0]);
  });

  it('comes after hooks, in order with other guards, and the first that refuses ends it', () => {
    const order: string[] = [];
    const noting = (name: string, allowed: boolean): GuardResult => {
      order.push(name);
      return { allowed };
    };
    const { container } = guarded(() => noting('first', true));
    container.get(HookRegistry).on('pre_call', () => void order.push('hook'));
    const more = (name: string, allowed: boolean): GuardPlugin => ({ name, check: () => noting(name, allowed) });
    for (const guard of [more('second', false), more('third', true)]) container.bind(GuardPlugin).toConstantValue(guard);

    expect(() => enforce(() => 1, { container, tool: 'tool' })()).toThrow(expect.objectContaining({ code: 'VETOED', reason: 'the guard "second" refused it' }));
    expect(order).toEqual(['hook', 'first', 'second']);
  });

  it('cannot allow what the policy denies, nor change what the tool gets', () => {
    const { container } = guarded((call) => {
      try {
        (call.args[0] as { to: string }).to = 'mallory';
      } catch {
        // frozen
      }
      return { allowed: true };
    });

    expect(enforce((args: { readonly to: string }) => args.to, { container, tool: 'tool' })({ to: 'ann' })).toBe('ann');
    const strict = house({ denied_tools: ['rm'] });
    strict.container.bind(GuardPlugin).toConstantValue({ check: () => ({ allowed: true }) });
    expect(() => enforce(() => 1, { container: strict.container, tool: 'rm' })()).toThrow(expect.objectContaining({ code: 'TOOL_DENIED' }));
  });

  it('has its reason cut to a length that a trail can hold', () => {
    const { container, auditor } = guarded(() => ({ allowed: false, reason: `\ud800${'x'.repeat(1_000_000)}` }));

    expect(() => enforce(() => 1, { container, tool: 'tool' })()).toThrow(expect.objectContaining({ code: 'VETOED' }));
    expect(JSON.stringify(auditor.entries).length).toBeLessThan(5_000);
  });
});

describe('a redactor plugin', () => {
  it('hides in arguments and results under every policy that redacts', async () => {
    const settings = { plugins: ['hide/badge@*'] };
    const source = "export class Plugin { categories = ['badge']; redact(line) { let count = 0; const text = line.replace(/B-\\d+/g, () => { count += 1; return '<BADGE>'; }); return { text, count }; } }";
    const root = makeApp({ hide: { plugins: [entry('badge', 'redactor')], files: { 'index.js': source } } });
    const { container, auditor } = house({ pii_redaction: {} }, settings, await loadPlugins({ root, settings, environment: {} }));
    const seen = jest.fn();

    const result = enforce((text: string) => [text, 'B-2'].filter((one) => one === 'B-2' || seen(one) === undefined).join(', '), { container, tool: 'tool' })('B-1');

    expect(seen).toHaveBeenCalledWith('<BADGE>');
    expect(result).toBe('<BADGE>, <BADGE>');
    expect(auditor.entries).toMatchObject([{ input_redactions: 1, output_redactions: 1, redactions: { badge: 2 } }]);
  });

  it('keeps a container from being made whose redactor would never run it (D-72)', async () => {
    const settings = { plugins: ['hide/badge@*'] };
    const root = makeApp({ hide: { plugins: [entry('badge', 'redactor')], files: { 'index.js': "export const Plugin = { categories: ['badge'], redact: (text) => ({ text, count: 0 }) };" } } });
    const plugins = await loadPlugins({ root, settings, environment: {} });
    const own = new ContainerModule(({ rebind }) => void rebind(Redactor).toConstantValue({ redact: (text) => ({ text, findings: [] }) }));

    expect(() => createContainer({ environment: {}, settings, plugins, modules: [own] })).toThrow(expect.objectContaining({ code: 'PLUGIN', message: expect.stringContaining('another Redactor is bound') }));
    expect(() => createContainer({ environment: {}, settings: {}, modules: [own] })).not.toThrow();
  });

  it('that answers with a promise blocks the call', async () => {
    const settings = { plugins: ['hide/badge@*'] };
    const root = makeApp({ hide: { plugins: [entry('badge', 'redactor')], files: { 'index.js': "export class Plugin { categories = ['badge']; async redact(text) { return { text, count: 0 }; } }" } } });
    const { container } = house({ pii_redaction: {} }, settings, await loadPlugins({ root, settings, environment: {} }));

    await expect(enforce(async (text: string) => Promise.resolve(text), { container, tool: 'tool' })('x')).rejects.toMatchObject({ code: 'REDACTION' });
  });
});

describe('an audit backend', () => {
  type Backend = Partial<AuditBackendPlugin> & { readonly name?: string };
  function backed(settings: Partial<Settings>, ...backends: readonly Backend[]): House {
    const made = house({ denied_tools: ['rm'] }, settings);
    for (const backend of backends) made.container.bind(AuditBackendPlugin).toConstantValue({ record: () => undefined, flush: () => undefined, ...backend });
    return made;
  }
  const keeping = (entries: unknown[]): Backend => ({ record: (entry) => void entries.push(entry) });

  it('gets every entry once it is in the trail, with the id that it has there', async () => {
    const entries: (EntryDraft & { entry_id: string })[] = [];
    const { container, auditor } = backed({}, keeping(entries));

    enforce(() => 1, { container, tool: 'tool' })();
    await enforce(async () => Promise.resolve(1), { container, tool: 'later' })();
    expect(() => enforce(() => 1, { container, tool: 'rm' })()).toThrow();
    expect(() => enforce(() => { throw new Error('x'); }, { container, tool: 'bad' })()).toThrow();

    expect(entries.map((one) => ('tool_name' in one ? [one.entry_id, one.tool_name, 'outcome' in one && one.outcome] : []))).toEqual([
      ['entry-1', 'tool', 'ok'], ['entry-2', 'later', 'ok'], ['entry-3', 'rm', 'blocked'], ['entry-4', 'bad', 'tool_error'],
    ]);
    expect(auditor.entries).toHaveLength(4);
  });

  it('that does not take an entry withholds the result, and the others and the trail have it', () => {
    const [entries, body] = [new Array<unknown>(), jest.fn(() => 1)];
    const { container, auditor, logged } = backed({}, { name: 'siem', record: () => { throw new Error('secret-in-error'); } }, keeping(entries));

    expect(() => enforce(body, { container, tool: 'tool' })()).toThrow(
      expect.objectContaining({ code: 'AUDIT', message: 'the audit backend "siem" did not take the entry, so the result of "tool" is withheld, though the tool has run; the entry is in the trail' }),
    );

    expect([body.mock.calls.length, entries.length, auditor.entries.length]).toEqual([1, 1, 1]);
    expect(logged).toEqual(['audit entry not taken by a backend']);
  });

  it.each(['a rejection', 'silence'])('that answers with %s withholds the result of an asynchronous tool', async (what) => {
    const { container, auditor } = backed({ hookTimeoutMs: 20 }, { record: () => (what === 'silence' ? new Promise(() => undefined) : Promise.reject(new Error('x'))) });

    await expect(enforce(async () => Promise.resolve(1), { container, tool: 'tool' })()).rejects.toMatchObject({ code: 'AUDIT' });
    expect(auditor.entries).toHaveLength(1);
  });

  it('that fails is passed over with failOpen, logged, and the trail has every entry', async () => {
    const { container, auditor, logged } = backed({ failOpen: true, devMode: true }, { record: () => { throw new Error('x'); } }, { record: async () => Promise.reject(new Error('y')) });
    const tool = enforce(async () => Promise.resolve(1), { container, tool: 'tool' });

    expect([await tool(), await tool()]).toEqual([1, 1]);

    expect(auditor.entries).toHaveLength(2);
    expect(logged).toHaveLength(4);
  });

  it('that is asynchronous blocks a synchronous tool before it runs', () => {
    const body = jest.fn(() => 1);
    const { container, auditor } = backed({}, { name: 'siem', record: async () => Promise.resolve() });

    expect(() => enforce(body, { container, tool: 'tool' })()).toThrow(expect.objectContaining({ code: 'ASYNC_SERVICE', message: expect.stringContaining('the audit backend "siem" answers with a promise') }));
    expect(body).not.toHaveBeenCalled();
    expect(auditor.entries).toHaveLength(1);
  });

  it('that shows only by its answer that it is, does so from the second call on; the first result is withheld', () => {
    const body = jest.fn(() => 1);
    const { container } = backed({}, { record: () => Promise.resolve() });
    const tool = enforce(body, { container, tool: 'tool' });

    expect(tool).toThrow(expect.objectContaining({ code: 'ASYNC_SERVICE' }));
    expect(tool).toThrow(expect.objectContaining({ code: 'ASYNC_SERVICE' }));
    expect(body).toHaveBeenCalledTimes(1);
  });

  it('can change neither the trail nor what another one gets', () => {
    const entries: { violations: unknown[]; redactions: object }[] = [];
    const vandal: Backend = { record: (entry) => { (entry as unknown as { violations: unknown[] }).violations.push('x'); } };
    const { container, auditor } = backed({}, vandal, { record: (entry) => void entries.push(entry as never) });

    enforce(() => 1, { container, tool: 'tool' })();

    expect(entries).toMatchObject([{ violations: [] }]);
    expect(auditor.entries).toMatchObject([{ violations: [] }]);
  });

  it('is flushed when the container closes, and what it could not write is an error', async () => {
    const flushed: string[] = [];
    const { container } = backed({}, { name: 'siem', flush: async () => Promise.reject(new Error('x')) }, { flush: () => void flushed.push('second') });
    enforce(() => 1, { container, tool: 'tool' })();

    await expect(container.close()).rejects.toMatchObject({ code: 'AUDIT', message: 'the audit backend "siem" did not write out its entries' });
    expect(flushed).toEqual(['second']);
  });

  it('gets no raw argument and no result (L9)', () => {
    const entries: unknown[] = [];
    const { container } = backed({}, keeping(entries));

    enforce((_: string) => 'raw-result', { container, tool: 'tool' })('raw-argument');

    expect(JSON.stringify(entries)).not.toMatch(/raw-/);
  });
});
