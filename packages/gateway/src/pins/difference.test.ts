import { describe, expect, it } from '@jest/globals';
import { differencesOf } from './difference.js';
import type { PinnedParts } from './pin-store.js';
import { tool } from './pins.test.kit.js';
import { snapshotOf } from './snapshot.js';
import { visibleName } from './visible-text.js';

function between(before: PinnedParts, after: PinnedParts): readonly string[] {
  const pin = { server: 's', tool: before.name, pinned: snapshotOf(before, ''), held: { ...snapshotOf(after, ''), reason: 'changed' as const } };
  return differencesOf(pin).flatMap(({ part, lines }) => lines.map((line) => `${part} ${line}`));
}

describe('the difference between a pin and what is held', () => {
  it('shows the old and the new description, with what nobody sees written out', () => {
    const lines = between(tool('read', { description: 'reads' }), tool('read', { description: 'reads\u200b \u202egnp\u{e0041}\u00a0\ufe0f\n' }));

    expect(lines).toEqual(['description - reads', 'description + reads\\u{200b} \\u{202e}gnp\\u{e0041}\\u{a0}\\u{fe0f}\\u{a}']);
  });

  it('names the keys of a schema that came, went and changed', () => {
    const lines = between(
      tool('read', { inputSchema: { properties: { path: { type: 'string' }, gone: {} } } }),
      tool('read', { inputSchema: { properties: { path: { type: 'number' }, __proto: { type: 'string' } } } }),
    );

    expect(lines).toEqual([
      'inputSchema + properties.__proto: {"type":"string"}',
      'inputSchema - properties.gone: {}',
      'inputSchema ~ properties.path.type: "string" -> "number"',
    ]);
  });

  it('says so where a text differs only behind what is kept', () => {
    const lines = between(tool('read', { description: 'x'.repeat(9_000) }), tool('read', { description: `${'x'.repeat(9_000)}!` }));

    expect(lines.at(-1)).toBe('description   they differ behind what is kept of them');
  });

  it('writes out letters of other scripts in a name', () => {
    expect(visibleName('re\u0430d')).toBe('re\\u{430}d');
  });
});
