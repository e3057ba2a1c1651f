import { describe, expect, it } from '@jest/globals';
import { canonicalOf, operationName } from './names.js';
import { shownTool } from './shown-tool.js';

const inputSchema = { type: 'object' };

describe('shownTool', () => {
  it.each(['\u200b', '\u202e', '\u2066', '\u{e0041}', '\ufe0f', '\u00ad', '\u0000', '\u001b'])('drops %j from prose', (character) => {
    const shown = shownTool({ name: 'a', description: `x${character}y`, inputSchema: { type: 'object', properties: { p: { description: `p${character}q` } } } });

    expect(JSON.stringify(shown)).toBe('{"name":"a","description":"xy","inputSchema":{"type":"object","properties":{"p":{"description":"pq"}}}}');
  });

  it.each([
    { name: 'a\u200b', inputSchema },
    { name: 'a', inputSchema: { type: 'object', properties: { 'p\u200b': {} } } },
    { name: 'a', inputSchema: { type: 'object', properties: { p: { enum: ['x\u200b'] } } } },
    { name: 'a', inputSchema: { type: 'object', properties: { p: { default: 'x\u202e' } } } },
  ])('shows no tool with hidden characters outside of prose: %j', (tool) => {
    expect(shownTool(tool)).toBeUndefined();
  });

  it('keeps a key that is called __proto__ a key', () => {
    const shown = shownTool({ name: 'a', inputSchema: JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}') });

    expect(JSON.stringify(shown)).toContain('"__proto__":{"type":"string"}');
    expect(({} as { type?: string }).type).toBeUndefined();
  });
});

describe('names', () => {
  it.each(['', 'a b', 'a/b', 'a:b', '<a>', 'a\u200b', 'x'.repeat(129), 'a*'])('has none for a tool called %j', (name) => {
    expect(canonicalOf('', name)).toBeUndefined();
  });

  it('puts prefixes in front, and colons where methods have slashes', () => {
    expect([canonicalOf('Git.', 'Read_File'), operationName('Git.', 'resources/templates/list')]).toEqual(['git.read_file', 'git.resources:templates:list']);
  });
});
