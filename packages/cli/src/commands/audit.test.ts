import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { runCli } from '../io.test.kit.js';

const reference = readFileSync(new URL('../../../../docs/reference/cli.md', import.meta.url), 'utf8');
const everywhere = new Set(['--json', '--verbose', '--help']);

const commands = [
  'audit keygen', 'audit checkpoint', 'audit prove', 'audit check-proof', 'audit consistency', 'audit witness serve', 'audit witness policy', 'audit query',
  'audit tail', 'audit export', 'audit migrate', 'audit erase', 'audit prune', 'audit page', 'verify',
];

/** The options of a command by its help, but those that all have. */
async function optionsOf(command: string): Promise<string[]> {
  const { out } = await runCli([...command.split(' '), '--help']);
  return [...out.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, name = '']) => name).filter((name) => !everywhere.has(name)).sort();
}

/** The options of a command by the tables of the reference, where an empty first cell goes on with the row before. */
function documented(command: string): string[] {
  const found: string[] = [];
  let current: readonly string[] = [];
  for (const [, names = '', options = ''] of reference.matchAll(/^\|([^|]*)\|([^|]*)\|/gm)) {
    if (names.trim() !== '') current = [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    if (current.includes(command)) found.push(...[...options.matchAll(/--[a-z-]+/g)].map(([name]) => name));
  }
  return found.sort();
}

describe('the reference of the command', () => {
  it.each(commands)('has every option of %s, and no other', async (command) => {
    const options = await optionsOf(command);

    expect(documented(command.replace('audit ', ''))).toEqual(options);
  });

  it('has every command of audit in its first table', async () => {
    const { out } = await runCli(['audit', '--help']);
    const names = [...out.slice(out.indexOf('Commands:')).matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');

    expect(names.filter((name) => !reference.includes(`| \`audit ${name}`))).toEqual([]);
    expect(names).toHaveLength(13);
  });
});
