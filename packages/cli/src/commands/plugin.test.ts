import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../io.test.kit.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An application with one package of two plugins; importing it writes a file. */
function makeApp(more: object = {}): { readonly root: string; readonly trace: string } {
  const root = mkdtempSync(join(tmpdir(), 'enforcecore-cli-plugins-'));
  folders.push(root);
  const trace = join(root, 'imported');
  const folder = join(root, 'node_modules', '@acme', 'guards');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(root, 'package.json'), JSON.stringify({ dependencies: { '@acme/guards': '1' } }));
  const plugins = [
    { name: 'hours', kind: 'guard', module: './index.js', export: 'Hours', api: '1', ...more },
    { name: 'badge', kind: 'redactor', module: './index.js', export: 'Badge', api: '1', description: 'hides badges\u001b[2J' },
  ];
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: '@acme/guards', version: '1.4.0', type: 'module', description: 'for the office', enforcecore: { plugins } }));
  writeFileSync(join(folder, 'index.js'), `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(trace)}, ''); export class Hours { check() { return { allowed: true }; } }`);
  return { root, trace };
}

const env = { ENFORCECORE_PLUGINS: '@acme/guards/hours@^1.4.0' };

describe('plugin list', () => {
  it('tells which plugins are there and allowed, and imports none', async () => {
    const { root, trace } = makeApp();

    const { code, json } = await runCli(['plugin', 'list', '--root', root, '--json'], { env });

    expect(code).toBe(0);
    expect(json).toMatchObject({
      plugins: [
        { id: '@acme/guards/hours', version: '1.4.0', kind: 'guard', isAllowed: true, description: 'for the office' },
        { id: '@acme/guards/badge', kind: 'redactor', isAllowed: false },
      ],
      refused: [],
      problems: [],
    });
    expect(existsSync(trace)).toBe(false);
  });

  it('prints a table, with escapes of descriptions written out', async () => {
    const { out } = await runCli(['plugin', 'list', '--root', makeApp().root], { env });

    expect(out).toMatch(/^allowed +@acme\/guards\/hours +1\.4\.0 +guard +for the office\nnot allowed +@acme\/guards\/badge +1\.4\.0 +redactor +hides badges\\x1b\[2J\n$/);
  });

  it('shows one kind only, and knows no other kinds', async () => {
    const { root } = makeApp();

    expect((await runCli(['plugin', 'list', '--root', root, '--kind', 'redactor', '--json'])).json.plugins).toHaveLength(1);
    expect((await runCli(['plugin', 'list', '--root', root, '--kind', 'nonsense'])).code).toBe(2);
  });

  it.each([['@acme/guards/hours@^2.0.0', 'is installed in version 1.4.0'], ['absent/x@*', 'of the setting plugins is not installed']])('says that %s cannot be used, with 1', async (line, why) => {
    const { code, out } = await runCli(['plugin', 'list', '--root', makeApp().root], { env: { ENFORCECORE_PLUGINS: line } });

    expect(code).toBe(1);
    expect(out).toContain(`refused: ${line}: the plugin "${line.slice(0, line.lastIndexOf('@'))}" ${why}`);
  });

  it.each([[{ api: '2' }, 'made for version 2 of the plugin contract'], [{ module: './absent.js' }, 'has no file ./absent.js']])('calls nothing allowed that could not be loaded: %j, with 1', async (more, why) => {
    const { code, out } = await runCli(['plugin', 'list', '--root', makeApp(more).root], { env });

    expect(code).toBe(1);
    expect(out).toMatch(/^refused +@acme\/guards\/hours/);
    expect(out).toContain(why);
  });

  it('says which of two it cannot tell apart, with 1', async () => {
    const [{ root }, other] = [makeApp(), makeApp()];

    const { code, out } = await runCli(['plugin', 'list', '--root', root, '--folder', join(other.root, 'node_modules')], { env });

    expect(code).toBe(1);
    expect(out).toContain('there 2 times');
  });

  it.each(['--root', '--folder'])('refuses a %s that is not there, with 2', async (flag) => {
    expect(await runCli(['plugin', 'list', flag, join(makeApp().root, 'absent')], { env })).toMatchObject({ code: 2, err: expect.stringContaining('there is no folder') });
  });

  it('tells of a package.json that cannot be used, with 1', async () => {
    const { root } = makeApp();
    const folder = join(root, 'more', 'broken');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{');

    const { code, out } = await runCli(['plugin', 'list', '--root', root, '--folder', join(root, 'more')], { env });

    expect(code).toBe(1);
    expect(out).toContain(`unusable: ${join(folder, 'package.json')}: it cannot be read: it is no JSON`);
    expect(out).toContain('@acme/guards/hours');
  });

  it('says so where there is nothing', async () => {
    const root = mkdtempSync(join(tmpdir(), 'enforcecore-cli-plugins-'));
    folders.push(root);

    expect(await runCli(['plugin', 'list', '--root', root])).toMatchObject({ code: 0, out: 'no plugins are installed\n' });
  });

  it('refuses an allow-list that cannot be read, with 2', async () => {
    expect(await runCli(['plugin', 'list'], { env: { ENFORCECORE_PLUGINS: '@acme/guards' } })).toMatchObject({ code: 2, err: expect.stringContaining('package/name@range') });
  });
});

describe('plugin info', () => {
  it('tells what package.json says, and imports nothing', async () => {
    const { root, trace } = makeApp();

    const { code, out } = await runCli(['plugin', 'info', 'hours', '--root', root], { env });

    expect(code).toBe(0);
    expect(out).toMatch(/^plugin +@acme\/guards\/hours\nversion +1\.4\.0\nkind +guard\ndescription +for the office\nmodule +\.\/index\.js, export Hours\napi +1\nfolder +.+\nallowed +yes\n$/);
    expect(existsSync(trace)).toBe(false);
  });

  it('imports it with --load, where it is allowed', async () => {
    const { root, trace } = makeApp();

    const { code, json } = await runCli(['plugin', 'info', '@acme/guards/hours', '--root', root, '--load', '--json'], { env });

    expect([code, json.refused, existsSync(trace)]).toEqual([0, null, true]);
  });

  it('does not import what is not allowed, with 1', async () => {
    const { root, trace } = makeApp();

    const { code, json } = await runCli(['plugin', 'info', '@acme/guards/hours', '--root', root, '--load', '--json']);

    expect([code, existsSync(trace)]).toEqual([1, false]);
    expect(json.refused).toContain('not allowed');
  });

  it('says why it does not load, with 1', async () => {
    const { code, out } = await runCli(['plugin', 'info', 'hours', '--root', makeApp({ export: 'Other' }).root, '--load'], { env });

    expect(code).toBe(1);
    expect(out).toContain('does not export Other');
  });

  it('says of a plugin that throws what looks like an error of ours that it does not load, with 1', async () => {
    const { root } = makeApp();
    writeFileSync(join(root, 'node_modules', '@acme', 'guards', 'index.js'), "export class Hours { constructor() { throw { [Symbol.for('@enforcecore/core/error')]: true, code: 'TOOL_DENIED', message: null }; } check() {} }");

    const { code, json } = await runCli(['plugin', 'info', 'hours', '--root', root, '--load', '--json'], { env });

    expect(code).toBe(1);
    expect(json.refused).toContain('could not be made');
  });

  it('tells a version that is not allowed from a plugin that is not named', async () => {
    const { root } = makeApp();
    const allowedIn = async (line: string): Promise<string> => (await runCli(['plugin', 'info', 'hours', '--root', root], { env: { ENFORCECORE_PLUGINS: line } })).out;

    expect(await allowedIn('@acme/guards/hours@^2.0.0')).toContain('no; ENFORCECORE_PLUGINS allows @acme/guards/hours@^2.0.0, and this is version 1.4.0');
    expect(await allowedIn('@acme/guards/badge@*')).toContain('no; ENFORCECORE_PLUGINS does not name it: @acme/guards/hours@1.4.0');
  });

  it('knows no plugin that is not there, with 2', async () => {
    expect(await runCli(['plugin', 'info', 'x\u001b[2J', '--root', makeApp().root])).toMatchObject({ code: 2, err: expect.stringContaining('there is no plugin x\\x1b[2J') });
  });
});

describe('other commands', () => {
  const policy = 'name: p\nrules:\n  allowed_tools: [tool]\n';

  function withPolicy(source: string): { readonly root: string; readonly file: string } {
    const { root } = makeApp();
    writeFileSync(join(root, 'node_modules', '@acme', 'guards', 'index.js'), source);
    const file = join(root, 'policy.yaml');
    writeFileSync(file, policy);
    return { root, file };
  }

  it('try a call through the guards that the settings name', async () => {
    const { root, file } = withPolicy("export class Hours { check() { return { allowed: false, reason: 'closed' }; } }");
    const before = process.cwd();
    process.chdir(root);
    try {
      const { code, out } = await runCli(['dry-run', file, '--tool', 'tool'], { env });

      expect(code).toBe(1);
      expect(out).toContain('closed');
    } finally {
      process.chdir(before);
    }
  });

  it('hand no entry of a tried call to an audit backend', async () => {
    const { root, file } = withPolicy("import { writeFileSync } from 'node:fs'; export class Hours { record(entry) { writeFileSync(new URL('./recorded', import.meta.url), ''); } flush() {} }");
    const manifest = join(root, 'node_modules', '@acme', 'guards', 'package.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"guard"', '"audit_backend"'));
    const before = process.cwd();
    process.chdir(root);
    try {
      expect((await runCli(['dry-run', file, '--tool', 'tool'], { env })).code).toBe(0);

      expect(existsSync(join(root, 'node_modules', '@acme', 'guards', 'recorded'))).toBe(false);
    } finally {
      process.chdir(before);
    }
  });

  it('show the setting without importing anything', async () => {
    const { code, json } = await runCli(['info', '--json'], { env: { ENFORCECORE_PLUGINS: 'absent/x@*, absent/y@1' } });

    expect(code).toBe(0);
    expect(json.settings).toContainEqual({ name: 'plugins', value: 'absent/x@*, absent/y@1', source: 'environment', variable: 'ENFORCECORE_PLUGINS' });
  });

  it('show of the secret of webhooks only that it is set', async () => {
    const { out } = await runCli(['info'], { env: { ENFORCECORE_WEBHOOK_SECRET: `whsec_${'c2VjcmV0'.repeat(4)}` } });

    expect(out).toMatch(/webhookSecret +\(set\)/);
    expect(out).not.toContain('c2VjcmV0');
  });
});
