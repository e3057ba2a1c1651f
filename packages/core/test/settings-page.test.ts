import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { defaultSettings, environmentVariables } from '../src/index.js';

const page = readFileSync(new URL('../../../docs/reference/settings.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` \| `(\w+)` \| [^|]+ \| ([^|]+) \|/gm)].map(([, setting = '', variable = '', cell = '']) => ({
  setting,
  variable,
  byDefault: cell.replaceAll('`', '').trim(),
}));

describe('docs/reference/settings.md', () => {
  it('lists every setting with the variable that sets it, and no other', () => {
    expect(rows.map(({ setting, variable }) => [setting, variable])).toEqual(environmentVariables.map(([name, key]) => [key, name]));
  });

  it('lists every default', () => {
    const inCode = Object.entries(defaultSettings).map(([setting, value]: [string, unknown]) => [setting, String(value ?? 'none')]);

    expect(Object.fromEntries(rows.map(({ setting, byDefault }) => [setting, byDefault]))).toEqual(Object.fromEntries(inCode));
  });
});
