import { describe, expect, it } from '@jest/globals';
import { houseWith } from './kit.js';
import { ContentViolationError } from '@enforcecore/core';
import { defineTool, jsonSchema, refusalOf } from '@enforcecore/core/tools';

const input = jsonSchema({ type: 'object', properties: { text: { type: 'string' } } });
const { container } = houseWith({ content_rules: { block_patterns: [{ name: 'x', pattern: 'forbidden', applies_to: 'both' }] } });

describe('a refusal', () => {
  it.each([
    ['did not run, where its argument broke a rule', 'forbidden', 'fine', false],
    ['may have run, where its result broke the same rule', 'fine', 'forbidden', true],
  ])('says that the tool %s', async (_what, text, result, mayHaveRun) => {
    const tool = defineTool({ name: 't', description: 'd', input, container, execute: () => result });

    const error = await tool.call({ text }).catch((caught: unknown) => caught);

    expect(refusalOf(error)).toMatchObject({ code: 'CONTENT_VIOLATION', mayHaveRun });
  });

  it('says that the tool did not run, where the caller had given up before', async () => {
    const tool = defineTool({ name: 't', description: 'd', input, container, execute: () => 'fine' });

    const error = await tool.call({ text: 'x' }, { signal: AbortSignal.abort() }).catch((caught: unknown) => caught);

    expect(refusalOf(error)).toMatchObject({ code: 'CANCELLED', mayHaveRun: false });
  });

  it('says that a tool may have run that passed on the refusal of another', async () => {
    const inner = defineTool({ name: 'inner', description: 'd', input, container, execute: () => 'fine' });
    const outer = defineTool({ name: 'outer', description: 'd', container, execute: () => inner.call({ text: 'forbidden' }) });

    const error = await outer.call({}).catch((caught: unknown) => caught);

    expect(refusalOf(error)).toMatchObject({ mayHaveRun: true });
  });

  it('goes by the code of an error that ended no call here', () => {
    expect(refusalOf(new ContentViolationError({ reason: 'x' }))).toMatchObject({ mayHaveRun: true });
  });
});
