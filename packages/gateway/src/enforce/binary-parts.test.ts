import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BinaryParts } from './binary-parts.js';

const data = Buffer.from('bob@example.com').toString('base64');

const results = () => ({
  content: [{ type: 'text', text: 'a' }, { type: 'image', data, mimeType: 'image/png' }, { type: 'resource', resource: { uri: 'u:1', blob: data } }],
  contents: [{ uri: 'u:2', blob: data }],
  messages: [{ role: 'user', content: { type: 'audio', data, mimeType: 'audio/wav' } }],
  structuredContent: { type: 'image', data },
});

describe('BinaryParts', () => {
  it('takes out what is binary, and puts it back where it was', () => {
    const parts = new BinaryParts();

    const taken = parts.take(results());
    const text = JSON.stringify(taken);
    const withheld = parts.putBack(taken);

    expect(text.split(data)).toHaveLength(2); // the structured content is looked into
    expect(withheld).toBe(0);
    expect(taken).toEqual(results());
  });

  it('leaves a note that holds nothing of what is withheld', () => {
    const parts = new BinaryParts();

    const taken = parts.take({ ...results(), structuredContent: undefined });
    for (const sort of parts.sorts) parts.withhold(sort);
    const withheld = parts.putBack(taken);

    expect(withheld).toBe(4);
    expect(JSON.stringify(taken)).not.toContain(data);
    expect(taken['content']).toMatchObject([{ type: 'text' }, { type: 'text' }, { type: 'resource', resource: { uri: 'u:1', mimeType: 'text/plain' } }]);
  });

  it('leaves what is no base64 to be cleaned as text', () => {
    const parts = new BinaryParts();

    const taken = parts.take({ content: [{ type: 'image', data: 'bob@example.com', mimeType: 'image/png' }] });

    expect(parts.count).toBe(0);
    expect(JSON.stringify(taken)).toContain('bob@example.com');
  });

  it('never throws, changes nothing that it was given, and gives it back whole', () => {
    const block = fc.record({ type: fc.constantFrom('image', 'audio', 'resource', 'text', '__proto__'), data: fc.oneof(fc.constant(data), fc.jsonValue()), blob: fc.oneof(fc.constant(data), fc.jsonValue()), resource: fc.jsonValue() }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.record({ content: fc.oneof(fc.jsonValue(), fc.array(block)), contents: fc.array(block), messages: fc.array(fc.record({ content: block })) }, { requiredKeys: [] }), (result) => {
        const before = JSON.stringify(result);
        const parts = new BinaryParts();
        const taken = parts.take(result);
        parts.putBack(taken);

        expect(JSON.stringify(result)).toBe(before);
        expect(JSON.stringify(taken)).toBe(before);
      }),
    );
  });
});
