import { describe, expect, it } from '@jest/globals';
import { detectRules, type RuleCategory } from '../../src/content-rules.js';
import { benignTexts } from './benign-texts.js';
import { benignValues } from './benign-values.js';
import { codeAttacks } from './code-attacks.js';
import type { Family } from './corpus.js';
import { pathAttacks } from './path-attacks.js';
import { shellAttacks } from './shell-attacks.js';
import { sqlAttacks } from './sql-attacks.js';

const textsOf = (families: readonly Family[], held: boolean): readonly string[] => families.filter((family) => family.held === held).flatMap((family) => family.texts);

function shareFound(families: readonly Family[], held: boolean, category: RuleCategory): number {
  const texts = textsOf(families, held);
  return texts.filter((text) => detectRules(text, [category]).length > 0).length / texts.length;
}

function perThousand(families: readonly Family[], held: boolean, only?: readonly RuleCategory[]): number {
  const texts = textsOf(families, held);
  return (1000 * texts.filter((text) => detectRules(text, only).length > 0).length) / texts.length;
}

describe.each([['tuned', false], ['held out', true]] as const)('the rules over the %s families', (_, held) => {
  it.each([['sql_injection', sqlAttacks, 0.95], ['path_traversal', pathAttacks, 0.9], ['shell_injection', shellAttacks, 0.85], ['code_execution', codeAttacks, 0.85]] as const)('find %s', (category, families, least) => {
    expect(shareFound(families, held, category)).toBeGreaterThanOrEqual(least);
  });

  it('take at most 2 % of everyday values for SQL injection (D-61)', () => {
    expect(perThousand(benignValues, held, ['sql_injection'])).toBeLessThanOrEqual(20);
  });

  it.each([['prose', 2], ['prompts', 2], ['sql', 20], ['code', 30]] as const)('raise few alarms in %s (D-61)', (kind, most) => {
    expect(perThousand(benignTexts[kind], held)).toBeLessThanOrEqual(most);
  });
});

describe('the corpora', () => {
  it.each([['sql', sqlAttacks, 1500], ['path', pathAttacks, 1000], ['shell', shellAttacks, 1000], ['code', codeAttacks, 380], ['values', benignValues, 1000]] as const)('are varied enough: %s', (_, families, least) => {
    expect(new Set(families.flatMap((family) => family.texts)).size).toBeGreaterThanOrEqual(least);
  });
});
