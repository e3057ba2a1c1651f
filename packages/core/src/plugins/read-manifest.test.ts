import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { packageName, pluginListFault, readPluginSpec } from './plugin-spec.js';
import { parseManifest } from './read-manifest.js';

const sound = { name: 'hours', kind: 'guard', module: './guard.js', export: 'Hours', api: '1' };
const manifest = (plugins: unknown, more: object = {}): string => JSON.stringify({ name: 'p', version: '1.0.0', enforcecore: { plugins }, ...more });

describe('parseManifest', () => {
  it('reads plugins, and dependencies that could be installed', () => {
    const read = parseManifest(manifest([sound], { dependencies: { a: '1', '@b/c': '1', '../d': '1' }, optionalDependencies: { a: '1', e: '1' } }), '/p');

    expect(read.dependencies).toEqual(['a', '@b/c', 'e']);
    expect(read.plugins).toMatchObject([{ id: 'p/hours', version: '1.0.0', module: './guard.js' }]);
  });

  it.each([
    ['../guard.js'], ['./../guard.js'], ['./a/../../guard.js'], ['./a/./b.js'], ['/etc/x.js'], ['guard.js'], ['file:///x.js'], ['./a\\..\\b.js'], ['./x.js\0.js'], ['./x.json'], ['./x.node'], ['data:text/javascript,1.js'],
    ['./%2e%2e/x.js'], ['node:fs'], ['./node_modules/evil/index.js'], ['./a/node_modules/evil/index.js'], [`./${'a/'.repeat(30)}x.js`], [5], [null],
  ])('refuses the module %j', (module) => {
    const read = parseManifest(manifest([{ ...sound, module }]), '/p');

    expect(read.plugins).toEqual([]);
    expect(read.faults).toEqual([expect.stringContaining('needs a "module" inside its package')]);
  });

  it.each([
    [[{ ...sound, kind: 'logger' }]], [[{ ...sound, name: 'A' }]], [[{ ...sound, name: '../x' }]], [[{ ...sound, api: 1 }]], [[{ ...sound, export: '__proto__ ' }]], [[{ ...sound, exports: 'x' }]],
    [[null]], [['x']], [[[]]], ['x'], [null], [Array.from({ length: 65 }, (_, at) => ({ ...sound, name: `p${String(at)}` }))], [[sound, sound]],
  ])('refuses plugins %#, and says why', (plugins) => {
    const read = parseManifest(manifest(plugins), '/p');

    expect(read.plugins).toEqual([]);
    expect(read.faults).toHaveLength(1);
  });

  it.each([{ name: '../p' }, { name: 5 }, { version: 'latest' }, { version: undefined }, { name: '__proto__' }])('refuses plugins of a package with %j', (more) => {
    expect(parseManifest(manifest([sound], more), '/p')).toMatchObject({ plugins: [], faults: [expect.stringContaining('needs a "name"')] });
  });

  it('takes __proto__ for a key like any other', () => {
    const read = parseManifest('{"__proto__":{"name":"p","version":"1.0.0","enforcecore":{"plugins":[{"name":"x"}]}},"dependencies":{"__proto__":"1","constructor":"1"}}', '/p');

    expect(read).toEqual({ name: undefined, dependencies: ['constructor'], plugins: [], faults: [] });
    expect(parseManifest(manifest([JSON.parse(`{"__proto__":${JSON.stringify(sound)}}`)]), '/p').plugins).toEqual([]);
  });

  it('survives JSON that is deep', () => {
    expect(parseManifest(`{"name":"p","enforcecore":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, '/p')).toMatchObject({ plugins: [] });
  });

  it('gives only sound plugins or an Error of its own, whatever JSON it is given', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constant(sound), fc.record({ ...Object.fromEntries(Object.keys(sound).map((key) => [key, fc.oneof(fc.string(), fc.jsonValue(), fc.constantFrom(...Object.values(sound)))])) }));
    const document = fc.record({ name: fc.oneof(fc.constant('p'), fc.jsonValue()), version: fc.oneof(fc.constant('1.0.0'), fc.jsonValue()), dependencies: fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.string())), enforcecore: fc.oneof(fc.jsonValue(), fc.record({ plugins: fc.oneof(value, fc.array(value)) })) }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.oneof(document.map((one) => JSON.stringify(one)), fc.json(), fc.string()), (text) => {
        let read;
        try {
          read = parseManifest(text, '/p');
        } catch (error) {
          expect((error as Error).message).toMatch(/^it (is no JSON|holds no JSON object)$/);
          return;
        }
        for (const name of read.dependencies) expect(name).toMatch(packageName);
        for (const plugin of read.plugins) {
          expect(plugin.id).toMatch(/^p\/[a-z0-9][a-z0-9_-]*$/);
          expect(plugin.module.startsWith('./') && !plugin.module.includes('..')).toBe(true);
          expect(readPluginSpec(`${plugin.id}@${plugin.version}`)).toMatchObject({ id: plugin.id });
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the allow-list', () => {
  it.each([['@a/b/c@^1.2.0', '@a/b/c', '^1.2.0'], ['b/c@1 || 2', 'b/c', '1 || 2'], ['b/c@>=1.0.0 <2', 'b/c', '>=1.0.0 <2']])('reads %s', (text, id, range) => {
    expect(readPluginSpec(text)).toMatchObject({ id, range });
  });

  it.each(['', 'b', 'b/c', 'b/c@', 'b/c@ ', '@a/b@1', '@a/b/c', '../c@1', 'b/../c@1', 'b/c@1\n', 'B/c@1', 5, null, `${'b'.repeat(400)}/c@1`])('refuses %j', (text) => {
    expect(readPluginSpec(text)).toBeUndefined();
    expect(pluginListFault([text])).toContain('package/name@range');
  });

  it('is bounded, and names each plugin once', () => {
    expect(pluginListFault(Array.from({ length: 101 }, (_, at) => `p/x${String(at)}@1`))).toContain('at most 100');
    expect(pluginListFault(['p/x@1', 'p/x@2'])).toBe('names a plugin twice');
  });
});
