import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { compileCondition } from '../src/policy/conditions/condition.js';
import { conditionFunctions, conditionLimits, conditionVariables, type ConditionName } from '../src/policy/conditions/condition-language.js';

const page = readFileSync(new URL('../../../docs/reference/conditions.md', import.meta.url), 'utf8');

describe('docs/reference/conditions.md', () => {
  it('has every variable as the code describes it', () => {
    expect(page).toContain(`\n${tableOf('variable', 'type', conditionVariables)}\n`);
  });

  it('has every function as the code describes it', () => {
    expect(page).toContain(`\n${tableOf('function', 'shape', conditionFunctions)}\n`);
  });

  it('says the limits that hold', () => {
    const { characters, nodes, depth, loops } = conditionLimits;

    expect(page).toContain(`${characters.toLocaleString('en-US')} characters, ${nodes.toLocaleString('en-US')} nodes, ${String(depth)} levels and ${String(loops)} macros inside each other`);
  });

  it('shows only conditions that compile', () => {
    const shown = [...page.matchAll(/^ {0,4}(?:when|unless): (.+)$/gm)].map(([, source = '']) => source.replace(/^'(.*)'$/, '$1'));

    expect(shown.length).toBeGreaterThan(1);
    for (const source of shown) expect(() => compileCondition(source, { also: { value: 'dyn' } })).not.toThrow();
  });
});

function tableOf(what: string, kind: string, rows: readonly ConditionName[]): string {
  // A bar ends a cell, in code as well.
  const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;
  const lines = rows.map(({ name, signature, description, example }) => `| ${code(name)} | ${code(signature)} | ${description} | ${code(example)} |`);
  return [`| ${what} | ${kind} | meaning | for example |`, '|---|---|---|---|', ...lines].join('\n');
}
