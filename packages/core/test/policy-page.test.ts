import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { policyJsonSchema } from '../src/policy/schema/json-schema.js';
import { policyReference } from '../src/policy/schema/reference-page.js';

const page = readFileSync(new URL('../../../docs/reference/policy.md', import.meta.url), 'utf8');
const schema = readFileSync(new URL('../policy.schema.json', import.meta.url), 'utf8');

describe('what is generated from the classes that check policies', () => {
  it('is what stands in docs/reference/policy.md', () => {
    expect(page).toContain(`\n${policyReference()}\n`);
  });

  it('is what stands in policy.schema.json', () => {
    expect(JSON.parse(schema)).toEqual(policyJsonSchema());
  });
});
