import { AuditBackendPlugin, createContainer, DefaultPolicy, Detector, Guard, GuardPlugin, loadPlugins, PluginManager, Settings, type BackedEntry } from '@enforcecore/core';
import * as core from '@enforcecore/core';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EnforceModule } from './index.js';
import { enforcing, MailTools } from './nest.test.kit.js';
import { houseServices } from './service-tokens.js';

const allowed = 'office/freeze@^1.0.0';

describe('plugins in an application', () => {
  let root = '';

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'nest-plugins-'));
    const folder = join(root, 'office');
    await mkdir(folder);
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'office', version: '1.0.0', type: 'module', enforcecore: { plugins: [{ name: 'freeze', kind: 'guard', module: './freeze.js', export: 'Freeze', api: '1' }] } }));
    await writeFile(join(folder, 'freeze.js'), "export class Freeze { check() { return { allowed: false, reason: 'frozen' }; } }\n");
  });

  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  const load = () => loadPlugins({ root, folders: [root], settings: { plugins: [allowed] }, environment: {} });

  it('refuses what a loaded guard refuses', async () => {
    const app = await enforcing({ settings: { plugins: [allowed] }, plugins: await load() }).builder.compile();

    await expect(app.get(MailTools).send('x')).rejects.toMatchObject({ code: 'VETOED', message: expect.stringContaining('frozen') });
    expect(app.get(MailTools).sent).toEqual([]);
    await app.close();
  });

  it('does not start when plugins are named and not handed over, handed over and not named, or taken out of the list', async () => {
    const plugins = await load();
    const settings = { plugins: [allowed] };

    await expect(enforcing({ settings }).builder.compile()).rejects.toMatchObject({ code: 'PLUGIN' });
    await expect(enforcing({ plugins }).builder.compile()).rejects.toMatchObject({ code: 'PLUGIN' });
    await expect(enforcing({ settings, plugins }).builder.overrideProvider(GuardPlugin).useValue([]).compile()).rejects.toMatchObject({ code: 'PLUGIN' });
  });

  it('runs guards, redactors and audit backends that are providers, beside those that were loaded', async () => {
    const entries: BackedEntry[] = [];
    const asked: string[] = [];
    const guard = { check: ({ tool }: core.Call) => ({ allowed: asked.push(tool) > 0 }) };
    const services = [
      { provide: GuardPlugin, useValue: guard },
      { provide: GuardPlugin, useFactory: () => guard },
      { provide: AuditBackendPlugin, useValue: { record: (entry: BackedEntry) => entries.push(entry), flush: () => undefined } },
    ];
    const app = await enforcing({ services }).builder.compile();
    const both = await enforcing({ services, settings: { plugins: [allowed] }, plugins: await load() }).builder.compile();

    await app.get(MailTools).send('x');
    const vetoed = both.get(MailTools).send('x');

    expect(asked.slice(0, 2)).toEqual(['send', 'send']);
    expect(entries.map(({ tool_name }) => tool_name)).toContain('send');
    await expect(vetoed).rejects.toMatchObject({ code: 'VETOED' });
    expect(both.get<object[]>(GuardPlugin as symbol)).toHaveLength(3);
    await Promise.all([app.close(), both.close()]);
  });
});

describe('the entries of `services`', () => {
  it('have a provider for every service that the core exports', () => {
    const container = createContainer({ environment: {}, settings: { auditEnabled: false } });
    const isToken = (value: unknown): boolean => (typeof value === 'symbol' ? Symbol.keyFor(value)?.startsWith('@enforcecore/') === true : typeof value === 'function' && container.isBound(value as typeof PluginManager));

    const exported = Object.values(core).filter((value) => isToken(value));
    const known = [Settings, DefaultPolicy, ...houseServices.map(({ token }) => token)];

    expect(new Set(known)).toEqual(new Set(exported));
    expect(exported.length).toBeGreaterThan(20);
  });

  it.each([
    ['a token of the core that is no service', Symbol.for('@enforcecore/GaurdPlugin')],
    ['the container', core.EnforceContainer],
    ['the plugins', PluginManager],
  ])('are refused under %s', (_what, provide) => {
    expect(() => EnforceModule.forRoot({ services: [{ provide, useValue: {} }] })).toThrow(expect.objectContaining({ code: 'SETTINGS' }));
  });

  it('are refused without the methods that calls need, one of a list as well', async () => {
    for (const provide of [Guard, GuardPlugin, AuditBackendPlugin, Detector]) {
      await expect(enforcing({ services: [{ provide, useValue: { chek: () => true } }] }).builder.compile()).rejects.toMatchObject({ code: 'SETTINGS', message: expect.stringContaining('has no method') });
    }
  });
});
