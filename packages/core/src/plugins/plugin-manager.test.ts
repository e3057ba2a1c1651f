import { afterEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { types } from 'node:util';
import { loadPlugins, PluginManager } from './plugin-manager.js';
import { entry, guardPackage, makeApp, newFolder, refuser, removeFolders, write, writePackage } from './plugin-packages.test.kit.js';

afterEach(removeFolders);

const managerOf = (root: string, ...plugins: readonly string[]): PluginManager => new PluginManager({ root, settings: { plugins }, environment: {} });
/** A module that says that it was imported. */
const telling = (name: string): string => `globalThis[Symbol.for('h-imported')] = [...(globalThis[Symbol.for('h-imported')] ?? []), '${name}'];\n${refuser}`;
const imported = (): unknown => (globalThis as Record<symbol, unknown>)[Symbol.for('h-imported')];

describe('discover', () => {
  it('tells what is installed, and imports nothing', () => {
    const root = makeApp({ '@acme/guards': guardPackage(telling('@acme/guards')), plain: {}, more: { plugins: [entry('mask', 'redactor', { description: 'hides badges' }), entry('siem', 'audit_backend')] } });
    const manager = managerOf(root, '@acme/guards/guard@^1.0.0', 'more/siem@2.x');

    const found = manager.discover();

    expect(found.map(({ id, kind, version, isAllowed, isLoaded, description }) => ({ id, kind, version, isAllowed, isLoaded, description }))).toEqual([
      { id: '@acme/guards/guard', kind: 'guard', version: '1.2.3', isAllowed: true, isLoaded: false, description: 'about @acme/guards' },
      { id: 'more/mask', kind: 'redactor', version: '1.2.3', isAllowed: false, isLoaded: false, description: 'hides badges' },
      { id: 'more/siem', kind: 'audit_backend', version: '1.2.3', isAllowed: false, isLoaded: false, description: 'about more' },
    ]);
    expect(manager.problems).toEqual([]);
    expect(imported()).toBeUndefined();
  });

  it('finds dependencies above a workspace, the nearest copy first, and only dependencies', () => {
    const root = makeApp({ shared: guardPackage(refuser), near: { ...guardPackage(refuser), version: '1.0.0' }, undeclared: guardPackage(refuser) });
    const workspace = join(root, 'packages', 'one');
    write(join(workspace, 'package.json'), JSON.stringify({ dependencies: { shared: '*', near: '*', absent: '*' } }));
    writePackage(join(workspace, 'node_modules', 'near'), 'near', { ...guardPackage(refuser), version: '2.0.0' });
    mkdirSync(join(workspace, 'src', 'deep'), { recursive: true });

    const found = managerOf(join(workspace, 'src', 'deep')).discover();

    expect(found.map(({ id, version }) => `${id} ${version}`)).toEqual(['shared/guard 1.2.3', 'near/guard 2.0.0']);
  });

  it('does not take the dependencies of a folder above for those of an application whose package.json is broken', () => {
    const root = makeApp({ above: guardPackage(refuser) });
    write(join(root, 'app', 'package.json'), '{');
    const manager = managerOf(join(root, 'app'));

    expect(manager.discover()).toEqual([]);
    expect(manager.problems).toEqual([{ path: join(root, 'app', 'package.json'), reason: 'it cannot be read: it is no JSON' }]);
  });

  it('finds packages in folders that it is given, scoped ones and the folder itself', () => {
    const folder = newFolder();
    writePackage(join(folder, 'one'), 'one', guardPackage(refuser));
    writePackage(join(folder, '@acme', 'two'), '@acme/two', guardPackage(refuser));
    write(join(folder, 'file'), '');
    const manager = new PluginManager({ root: newFolder(), folders: [folder, join(folder, 'one')], environment: {} });

    expect(manager.discover().map(({ id }) => id)).toEqual(['@acme/two/guard', 'one/guard']);
  });

  it('tells of package.json files that are broken, and finds the others', () => {
    const root = makeApp({ broken: { manifest: '{' }, listed: { manifest: '[]' }, huge: { manifest: `{"x":"${'x'.repeat(2 ** 20)}"}` }, fine: guardPackage(refuser) });
    mkdirSync(join(root, 'node_modules', 'folder', 'package.json'), { recursive: true });
    write(join(root, 'package.json'), JSON.stringify({ dependencies: { broken: '', listed: '', huge: '', folder: '', fine: '' } }));
    const manager = managerOf(root);

    expect(manager.discover().map(({ id }) => id)).toEqual(['fine/guard']);
    expect(manager.problems.map(({ reason }) => reason)).toEqual([
      'it cannot be read: it is no JSON',
      'it cannot be read: it holds no JSON object',
      'it cannot be read: it is larger than 1048576 bytes',
      expect.stringContaining('it cannot be read: '),
    ]);
  });

  it('does not wait for a pipe, nor follow links that go in a circle', () => {
    const root = makeApp({ fine: guardPackage(refuser) }, ['fine', 'pipe', 'circle']);
    mkdirSync(join(root, 'node_modules', 'pipe'));
    execFileSync('mkfifo', [join(root, 'node_modules', 'pipe', 'package.json')]);
    symlinkSync('circle', join(root, 'node_modules', 'circle'));
    const folder = newFolder();
    symlinkSync('loop', join(folder, 'loop'));
    symlinkSync('..', join(folder, 'up'));
    const manager = new PluginManager({ root, folders: [folder], environment: {} });

    expect(manager.discover().map(({ id }) => id)).toEqual(['fine/guard']);
  });

  it('lets no package pass for another one by calling itself by its name', () => {
    const root = makeApp({ evil: { manifest: JSON.stringify({ name: '@acme/guards', version: '1.2.3', enforcecore: { plugins: [entry('guard', 'guard')] } }) } });
    const manager = managerOf(root, '@acme/guards/guard@*');

    expect(manager.discover()).toEqual([]);
    expect(manager.problems).toEqual([{ path: join(root, 'node_modules/evil/package.json'), reason: expect.stringContaining('installed under, evil') }]);
  });

  it('follows no dependency out of node_modules', () => {
    const root = makeApp({}, ['../../outside', '/etc', '..', 'a/../../b', '__proto__', '\0', 'x'.repeat(300)]);
    writePackage(join(root, '..', 'outside'), 'outside', {});

    expect(managerOf(root).discover()).toEqual([]);
  });
});

describe('load', () => {
  it('gives plugins of each kind, in the order of the setting', async () => {
    const root = makeApp({
      two: guardPackage(refuser),
      one: guardPackage('export const Plugin = { check: () => ({ allowed: true }) };'),
      hide: { plugins: [entry('badge', 'redactor')], files: { 'index.js': "export class Plugin { categories = ['badge']; redact(text) { return { text, count: 0 }; } }" } },
      siem: { plugins: [entry('siem', 'audit_backend', { module: './index.cjs' })], files: { 'index.cjs': 'exports.Plugin = class { record() {} flush() {} };' } },
    });

    const manager = await loadPlugins({ root, settings: { plugins: ['one/guard@1', 'two/guard@1', 'hide/badge@*', 'siem/siem@~1.2.0'] }, environment: {} });

    expect(manager.guards.map(({ name }) => name)).toEqual(['one/guard', 'two/guard']);
    expect(manager.redactors).toMatchObject([{ name: 'hide/badge', categories: ['badge'] }]);
    expect(manager.auditBackends).toMatchObject([{ name: 'siem/siem' }]);
    expect(manager.discover().every(({ isLoaded }) => isLoaded)).toBe(true);
  });

  it('imports nothing that the setting does not name, also when it is asked to', async () => {
    const root = makeApp({ quiet: guardPackage(telling('quiet')) });
    const manager = managerOf(root);

    await expect(manager.load('quiet/guard')).rejects.toMatchObject({ code: 'PLUGIN', message: expect.stringContaining('not allowed') });
    await manager.loadAll();

    expect(manager.guards).toEqual([]);
    expect(imported()).toBeUndefined();
  });

  it('reads the allow-list from the environment', async () => {
    const root = makeApp({ one: guardPackage(refuser) });

    const manager = await loadPlugins({ root, environment: { ENFORCECORE_PLUGINS: ' one/guard@^1.2.0 ' } });

    expect(manager.loaded).toEqual(['one/guard@^1.2.0']);
  });

  it('makes a plugin once, however often it is asked for at the same time', async () => {
    const root = makeApp({ one: guardPackage("let made = 0; export class Plugin { constructor() { made += 1; if (made > 1) throw new Error('twice'); } check() { return { allowed: true }; } }") });
    const manager = managerOf(root, 'one/guard@*');

    await Promise.all([manager.load('one/guard'), manager.loadAll(), manager.load('one/guard')]);

    expect(manager.guards).toHaveLength(1);
  });

  const refusals: readonly (readonly [string, object, string, string])[] = [
    ['another api', { api: '2' }, refuser, 'made for version 2 of the plugin contract, and this is version 1'],
    ['no such export', { export: 'Other' }, refuser, 'does not export Other'],
    ['an export that is inherited', { export: 'toString' }, refuser, 'does not export toString'],
    ['no such file', { module: './other.js' }, refuser, 'has no file ./other.js'],
    ['a folder for a module', { module: './folder.js' }, refuser, 'has no file ./folder.js'],
    ['a module that throws', {}, "throw new Error('boom')", 'could not be imported; see the cause'],
    ['a module that is no code', {}, 'export class {', 'could not be imported; see the cause'],
    ['a module that throws what is no error', {}, 'throw null', 'could not be imported'],
    ['a constructor that throws', {}, "export class Plugin { constructor() { throw new Error('boom'); } }", 'could not be made; see the cause'],
    ['what cannot be constructed', {}, 'export const Plugin = () => ({});', 'could not be made'],
    ['a number', {}, 'export const Plugin = 5;', 'has no method check()'],
    ['null', {}, 'export const Plugin = null;', 'has no method check()'],
    ['another kind', {}, 'export class Plugin { redact() {} }', 'is of the kind guard and has no method check()'],
    ['a getter that throws', {}, "export const Plugin = { get check() { throw new Error('boom'); } };", 'could not be made'],
    ['a proxy that throws', {}, "export const Plugin = new Proxy({}, { get() { throw new Error('boom'); } });", 'could not be made'],
    ['no method flush', { kind: 'audit_backend' }, 'export class Plugin { record() {} }', 'has no method flush()'],
    ['no categories', { kind: 'redactor' }, 'export class Plugin { redact() {} }', 'needs categories'],
    ['categories that are none', { kind: 'redactor' }, "export class Plugin { categories = ['A B']; redact() {} }", 'needs categories'],
    ['a constructor that throws what looks like our error', {}, "export class Plugin { constructor() { throw { [Symbol.for('@enforcecore/core/error')]: true, code: 'TOOL_DENIED', message: null }; } check() {} }", 'could not be made; see the cause'],
    ['a module that calls itself our error', {}, "throw Object.assign(new Error('fake'), { [Symbol.for('@enforcecore/core/error')]: true, code: 'PLUGIN' })", 'could not be imported'],
  ];
  it.each(refusals)('refuses %s', async (_, more, source, message) => {
    const root = makeApp({ one: { ...guardPackage(source, more), files: { 'index.js': source, 'folder.js/x': '' } } });
    const manager = managerOf(root, 'one/guard@*');

    await expect(manager.loadAll()).rejects.toMatchObject({ name: 'EnforceCoreError', code: 'PLUGIN', message: expect.stringContaining(message) });
    expect([manager.guards, manager.redactors, manager.auditBackends, manager.loaded]).toEqual([[], [], [], []]);
  });

  it.each(['^1.3.0', '2.x', '>=1.2.4', '1.2.3-beta'])('refuses a version that is not in the range %s', async (range) => {
    const root = makeApp({ one: guardPackage(telling('range')) });

    await expect(managerOf(root, `one/guard@${range}`).loadAll()).rejects.toMatchObject({ code: 'PLUGIN', message: expect.stringContaining('installed in version 1.2.3, and the setting plugins allows') });
    expect(imported()).toBeUndefined();
  });

  it.each(['^1.2.0', '1.2.3', '~1.2', '*', '>=1 <2'])('takes a version that is in the range %s', async (range) => {
    const root = makeApp({ one: guardPackage(refuser) });

    expect(await managerOf(root, `one/guard@${range}`).loadAll()).toHaveLength(1);
  });

  it('takes a pre-release only where a range names one', async () => {
    const root = makeApp({ one: { ...guardPackage(refuser), version: '2.0.0-beta.1' } });

    await expect(managerOf(root, 'one/guard@>=1.0.0').loadAll()).rejects.toMatchObject({ code: 'PLUGIN' });
    expect(await managerOf(root, 'one/guard@2.0.0-beta.1').loadAll()).toHaveLength(1);
  });

  it('refuses what is not installed, and what is there twice', async () => {
    const folder = newFolder();
    writePackage(join(folder, 'one'), 'one', guardPackage(refuser));
    const root = makeApp({ one: guardPackage(refuser) });
    const twice = new PluginManager({ root, folders: [folder], settings: { plugins: ['one/guard@*'] }, environment: {} });

    await expect(managerOf(root, 'absent/guard@*').loadAll()).rejects.toMatchObject({ code: 'PLUGIN', message: expect.stringContaining('not installed') });
    await expect(twice.loadAll()).rejects.toMatchObject({ code: 'PLUGIN', message: expect.stringContaining('there 2 times') });
  });

  it('refuses a module that a link leads out of the package, and takes a package that is a link itself', async () => {
    const outside = newFolder();
    writePackage(outside, 'linked', guardPackage(refuser));
    const root = makeApp({ out: guardPackage(refuser) }, ['out', 'linked']);
    symlinkSync(join(outside, 'index.js'), join(root, 'node_modules/out/link.js'));
    write(join(root, 'node_modules/out/package.json'), JSON.stringify({ name: 'out', version: '1.0.0', enforcecore: { plugins: [entry('guard', 'guard', { module: './link.js' })] } }));
    symlinkSync(outside, join(root, 'node_modules/linked'));

    await expect(managerOf(root, 'out/guard@*').loadAll()).rejects.toMatchObject({ code: 'PLUGIN', message: expect.stringContaining('leads out of its package') });
    expect(await managerOf(root, 'linked/guard@*').loadAll()).toHaveLength(1);
  });

  it.each(['latest', 'next', '1.2.3.4', '> >'])('refuses the range %s, which npm reads as none, before anything is looked for', (range) => {
    expect(() => managerOf(newFolder(), `one/guard@${range}`)).toThrow(expect.objectContaining({ code: 'SETTINGS', message: expect.stringContaining('has a range that npm cannot read') }));
  });

  it.each([Number.POSITIVE_INFINITY, Number.NaN, 0, -1, 2 ** 31])('refuses to wait for %s ms', (importTimeoutMs) => {
    expect(() => new PluginManager({ root: newFolder(), environment: {}, importTimeoutMs })).toThrow(expect.objectContaining({ code: 'SETTINGS' }));
  });

  it('looks at the version again, so that what was exchanged after discover() is not imported', async () => {
    const root = makeApp({ one: guardPackage(refuser) });
    const manager = managerOf(root, 'one/guard@1.2.3');
    manager.discover();
    writePackage(join(root, 'node_modules/one'), 'one', { ...guardPackage(telling('exchanged')), version: '6.6.6' });

    await expect(manager.load('one/guard')).rejects.toMatchObject({ code: 'PLUGIN', message: expect.stringContaining('installed in version 6.6.6') });
    expect(imported()).toBeUndefined();
    expect(manager.discover()).toMatchObject([{ version: '6.6.6', isAllowed: false, isLoaded: false }]);
  });

  it('does not use a plugin whose package.json changes while it is imported', async () => {
    const root = makeApp({ one: guardPackage('') });
    const manifest = join(root, 'node_modules/one/package.json');
    write(join(root, 'node_modules/one/index.js'), `import { readFileSync, writeFileSync } from 'node:fs'; const at = ${JSON.stringify(manifest)}; writeFileSync(at, readFileSync(at, 'utf8').replace('1.2.3', '6.6.6'));\n${refuser}`);
    const manager = managerOf(root, 'one/guard@1.2.3');

    await expect(manager.load('one/guard')).rejects.toMatchObject({ code: 'PLUGIN', message: expect.stringContaining('changed while it was imported') });
    expect([manager.guards, manager.loaded]).toEqual([[], []]);
  });

  it('goes on telling of the version that was loaded, once another one is installed', async () => {
    const root = makeApp({ one: guardPackage(refuser) });
    const manager = managerOf(root, 'one/guard@*');
    await manager.load('one/guard');
    writePackage(join(root, 'node_modules/one'), 'one', { ...guardPackage(refuser), version: '2.0.0' });

    expect(manager.discover()).toMatchObject([{ version: '2.0.0', isLoaded: false }]);
    expect(await manager.load('one/guard')).toMatchObject({ version: '1.2.3', isLoaded: true });
  });

  it('refuses a module of a package inside the package, which the range says nothing of', async () => {
    const root = makeApp({ one: { ...guardPackage(refuser, { module: './link.js' }), files: { 'node_modules/evil/index.js': telling('evil') } } });
    symlinkSync('node_modules/evil/index.js', join(root, 'node_modules/one/link.js'));

    await expect(managerOf(root, 'one/guard@*').loadAll()).rejects.toMatchObject({ code: 'PLUGIN', message: expect.stringContaining('leads out of its package') });
    expect(imported()).toBeUndefined();
  });

  it('tells without importing which lines of the allow-list could not be loaded', () => {
    const root = makeApp({ old: guardPackage(telling('old'), { api: '2' }), fine: guardPackage(telling('fine')), gone: guardPackage(refuser, { module: './gone.js' }) });

    expect(managerOf(root, 'old/guard@*', 'fine/guard@*', 'gone/guard@*', 'absent/guard@*').refused).toEqual([
      { line: 'old/guard@*', id: 'old/guard', reason: expect.stringContaining('made for version 2') },
      { line: 'gone/guard@*', id: 'gone/guard', reason: expect.stringContaining('has no file ./gone.js') },
      { line: 'absent/guard@*', id: 'absent/guard', reason: expect.stringContaining('devDependencies and peerDependencies are not looked at') },
    ]);
    expect(imported()).toBeUndefined();
  });

  it('gives plugins that nobody can change afterwards, asynchronous where the package\'s own method is', async () => {
    const root = makeApp({ siem: { plugins: [entry('siem', 'audit_backend')], files: { 'index.js': 'export class Plugin { async record() {} flush() {} }' } } });
    const { auditBackends: [backend] } = await loadPlugins({ root, settings: { plugins: ['siem/siem@*'] }, environment: {} });

    expect(Object.isFrozen(backend)).toBe(true);
    expect([types.isAsyncFunction(backend?.record), types.isAsyncFunction(backend?.flush)]).toEqual([true, false]);
  });

  it('does not wait for ever for a module that is never done', async () => {
    const root = makeApp({ one: guardPackage(`await new Promise(() => undefined);\n${refuser}`) });
    const manager = new PluginManager({ root, settings: { plugins: ['one/guard@*'] }, environment: {}, importTimeoutMs: 50 });

    await expect(manager.loadAll()).rejects.toMatchObject({ code: 'PLUGIN', message: expect.stringContaining('not imported within 50 ms') });
  });
});
