import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { maskOf, placeholderOf } from '../../src/categories.js';
import { piiCategories, Redactor, secretCategories, strategies, type RedactErrorCode } from '../../src/index.js';
import { presidioEntities } from '../../src/ner/presidio.js';
import { aiTokens } from '../../src/secrets/rules/ai.js';
import { cloudTokens } from '../../src/secrets/rules/clouds.js';
import { codeTokens } from '../../src/secrets/rules/code-hosting.js';
import { keywordRules } from '../../src/secrets/rules/keyword-rules.js';
import { serviceKeywords } from '../../src/secrets/rules/keywords-services.js';
import { messagingTokens } from '../../src/secrets/rules/messaging.js';
import { monitoringTokens } from '../../src/secrets/rules/monitoring.js';
import { paymentTokens } from '../../src/secrets/rules/payment.js';
import { webhookCategories } from '../../src/secrets/webhooks.js';

const page = readFileSync(new URL('../../../../docs/reference/redaction.md', import.meta.url), 'utf8');

/** The rows under a heading, cell by cell, without the head of the table. */
function rowsUnder(heading: string): string[][] {
  const section = page.split(/^##+ /m).find((part) => part.startsWith(heading)) ?? '';
  return section.split('\n').filter((line) => line.startsWith('| ')).slice(1).map((line) => line.slice(2, -2).split(' | '));
}

/** A category stands where it is first found by its format, else beside a name, else by its surroundings. */
function secretTable(): string {
  const left = new Set(secretCategories);
  const take = (categories: readonly string[]): string[] => categories.filter((category) => left.delete(category)).sort();
  const of = (rules: readonly { readonly category: string }[]): string[] => take(rules.map(({ category }) => category));
  const fields: readonly (readonly [string, string[]])[] = [
    ['clouds, hosting, databases', of(cloudTokens)],
    ['code, packages, delivery', of(codeTokens)],
    ['language models and search', of(aiTokens)],
    ['payment, shops, wallets', of(paymentTokens)],
    ['messages, offices, social networks', of(messagingTokens)],
    ['monitoring, identity, vaults', of(monitoringTokens)],
    ['addresses that anybody may write to', take(webhookCategories)],
    ['services, beside their name', of(serviceKeywords)],
    ['applications, beside their name', of(keywordRules)],
    ['by their surroundings', take([...secretCategories])],
  ];
  const rows = fields.map(([field, categories]) => `| ${field} | ${String(categories.length)} | ${categories.map((category) => `\`${category}\``).join(', ')} |`);
  return [`There are ${String(secretCategories.length)} categories.`, '', '| field | number | categories |', '|---|---|---|', ...rows].join('\n');
}

const codeIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
const pii = rowsUnder('Personal data').map(([category, placeholder, mask, example]) => ({
  category: codeIn(category)[0] ?? '', placeholder: codeIn(placeholder)[0], mask: codeIn(mask)[0], example: codeIn(example)[0] ?? '',
}));

describe('docs/reference/redaction.md', () => {
  it('lists every category of personal data, and no other', () => {
    expect(pii.map(({ category }) => category)).toEqual([...piiCategories]);
  });

  it('lists every category of secrets once, and no other', () => {
    const listed = rowsUnder('Secrets').flatMap(([, , categories]) => codeIn(categories));

    expect(listed.sort()).toEqual([...secretCategories].sort());
  });

  it('has them by field, counted', () => {
    expect(page).toContain(`\n${secretTable()}\n`);
  });

  it.each(pii)('shows the placeholder and the mask of $category', ({ category, placeholder, mask }) => {
    expect({ placeholder, mask }).toEqual({ placeholder: placeholderOf(category), mask: mask === undefined ? undefined : maskOf(category, 'pii', 'a value') });
    // A category without a mask of its own keeps the shape of the value.
    expect(maskOf(category, 'pii', 'ab 12')).toBe(mask ?? '** **');
  });

  it.each(pii)('shows an example of $category that is found', ({ category, placeholder, example }) => {
    expect(new Redactor({ categories: [category], secrets: false }).redact(example).text).toContain(placeholder);
  });

  it('names the placeholders that are not the category in capitals', () => {
    const odd = secretCategories.map(placeholderOf).filter((placeholder, k) => placeholder !== `<${secretCategories[k]?.toUpperCase() ?? ''}>`);

    for (const placeholder of odd) expect(page).toContain(`\`${placeholder}\``);
  });

  it('lists every strategy', () => {
    expect(rowsUnder('What is written instead').flatMap(([name]) => codeIn(name)).sort()).toEqual([...strategies].sort());
  });

  it('lists every code of an error', () => {
    const codes: Record<RedactErrorCode, true> = {
      CATEGORY: true, STRATEGY: true, OPTIONS: true, INPUT: true, UNREDACTABLE: true, CYCLE: true, BUDGET: true, PATTERN: true, DETECTOR: true, RECOGNIZER: true, VAULT: true,
    };

    expect(rowsUnder('Errors').flatMap(([code]) => codeIn(code)).sort()).toEqual(Object.keys(codes).sort());
  });

  it('knows every category that a Presidio type stands for', () => {
    const known = new Set<string>([...piiCategories, 'person_name', 'location', 'organization']);

    expect(Object.values(presidioEntities).filter((category) => !known.has(category))).toEqual([]);
  });
});
