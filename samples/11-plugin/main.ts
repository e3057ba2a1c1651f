// #region imports
import { createContainer, enforce, EnforceCoreError, loadPlugins, type EnforceContainer, type PluginManager } from '@enforcecore/core';
// #endregion imports
import { rmSync } from 'node:fs';

// Compiled to samples/dist/11-plugin; the policy and the plugins lie beside the source.
const here = new URL('../../11-plugin/', import.meta.url);
const office = '@northfjord/office-rules';

// #region load
/** In an application these lines stand in ENFORCECORE_PLUGINS, and the packages in node_modules. */
const settings = {
  auditPath: '.demo/11-plugin',
  plugins: [`${office}/change-freeze@^1.4.0`, `${office}/badges@^1.4.0`, `${office}/copy@^1.4.0`],
};

async function openHouse(): Promise<{ readonly plugins: PluginManager; readonly container: EnforceContainer }> {
  const plugins = await loadPlugins({ settings, folders: [new URL('plugins/', here)] });
  const container = createContainer({ policy: new URL('policy.yaml', here), settings, plugins });
  return { plugins, container };
}
// #endregion load

async function main(): Promise<void> {
  rmSync('.demo/11-plugin', { recursive: true, force: true });
  const { plugins, container } = await openHouse();
  console.log('Installed:');
  for (const { id, version, kind, isLoaded } of plugins.discover()) console.log(`  ${id} ${version}, ${kind}: ${isLoaded ? 'allowed, and loaded' : 'not allowed, so not even imported'}`);

  const whoIsIn = enforce(
    function who_is_in() {
      return 'Mira (NF-20441, mira@northfjord.example) until five';
    },
    { container },
  );
  const deploy = enforce(
    function deploy() {
      return 'deployed';
    },
    { container },
  );

  console.log('\nThe redactor, after the policy\'s own redaction:');
  console.log(`  ${whoIsIn()}`);
  console.log('\nThe guard, before a policy that would allow the call:');
  console.log(`  ${refusalOf(deploy)}`);

  console.log('\nA container whose settings name a plugin that nobody loaded:');
  console.log(`  ${refusalOf(() => createContainer({ settings }))}`);
  console.log('\nA version that was not reviewed:');
  console.log(`  ${await refusalOfLoading('^2.0.0')}`);

  await container.close();
  console.log('\nBoth calls are in .demo/11-plugin/trail.jsonl, and in copy.jsonl beside it, written by the audit backend.');
}

function refusalOf(body: () => unknown): string {
  try {
    body();
    return 'nothing was refused';
  } catch (error) {
    if (!EnforceCoreError.is(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

async function refusalOfLoading(range: string): Promise<string> {
  const newer = { ...settings, plugins: [`${office}/change-freeze@${range}`] };
  try {
    await loadPlugins({ settings: newer, folders: [new URL('plugins/', here)] });
    return 'nothing was refused';
  } catch (error) {
    if (!EnforceCoreError.is(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

void main();
